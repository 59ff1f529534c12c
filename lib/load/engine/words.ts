/** What `{{randomWord()}}` draws from: plain ASCII letters, so that they need no escaping anywhere. */
export const WORDS: readonly string[] = (
  'able acorn amber anchor apple arrow autumn badge bamboo barrel basket beacon birch blanket blossom bottle branch ' +
  'breeze bridge bronze bucket butter button cabin candle canyon carbon carpet castle cedar cherry chimney circle clay ' +
  'clover cobalt coffee comet copper coral cotton cradle crystal curtain cushion daisy dawn desert dolphin dragon drum ' +
  'eagle earth echo ember engine falcon feather fern field flame flute forest fossil fountain garden garlic ginger ' +
  'glacier glass globe grain granite guitar hammer harbor harvest hazel hill honey horizon island ivory jacket jasmine ' +
  'jewel jungle kettle ladder lagoon lantern laurel lemon linen lotus magnet maple marble meadow mirror mountain needle ' +
  'nectar oak ocean olive onion opal orange orchid otter paper pebble pepper pillow pine planet plum pocket pollen poppy ' +
  'prairie prism quartz quill rabbit rain raven ribbon ridge river rocket rose saddle saffron salmon sand satin shadow ' +
  'shell silver sky spark spice spring star steel stone summer sunset table tea thistle thunder tiger timber tulip ' +
  'tunnel turtle valley velvet violet wagon walnut water whale wheat willow window winter wool yarrow zephyr'
).split(' ');
