// Loaded before a service (`--import`), and does nothing: what differs then is noise.
