import { HEAD_FORMAT, TAG_FORMAT, TIMES_CHECK_LUA, TIMES_FORMAT, TIMES_OFFSET } from '../entry-codec.ts';

/**
 * The scripts of the Redis tier. Each touches the keys of one bucket and names all of them. Sequences are compared as doubles
 * (exact below 2^53) and written with `%.0f`. Each one's comment tells its keys by the names of `layout.ts`:
 *
 * - `m` hash: s sequence, c and C the last hard and soft clear, f the log's floor, w the write floor, ps the last pattern's sequence,
 *   u when the last entry expires, i until when the index may lack entries, q the last lease, cs and ct the marks' checkpoint
 * - `x` sorted set: all keys at score 0, and the empty key, so that it is missing only when it has expired or was evicted; `G` the tags
 * - `i` hash: mark by `k` or `t` (hard), `K` or `T` (soft) and key or tag
 * - `p` hash: sequence by `p` (hard) or `P` (soft) and pattern; `l` sorted set: the log
 */
const numbers = `
local function number(value) return tonumber(value or '0') or 0 end
local function text(value) return string.format('%.0f', value) end
local function raise(key, field, value)
  if value > number(redis.call('HGET', key, field)) then redis.call('HSET', key, field, text(value)) end
end
local function nowMs()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
`;

const head = `
local function headOf(bytes)
  if not bytes or #bytes < 28 or string.byte(bytes) ~= 1 then return nil end
  local version, fresh, expires, check, crc, flags, born, count, at = struct.unpack('${HEAD_FORMAT}', bytes)
  return { fresh = fresh, expires = expires, born = born, count = count, at = at }
end
local function tagsOf(head, bytes)
  local tags, at = {}, head.at
  for each = 1, head.count do tags[each], at = struct.unpack('${TAG_FORMAT}', bytes, at) end
  return tags
end
`;

/** Loads that take no longer are not refused for marks that were forgotten meanwhile. */
const MARKS_AT_LEAST_MS = 60_000;

/** The longest header up to its last tag: 28 bytes and 32 tags of 256 bytes. */
const TAGS_END = 28 + 32 * 258;

const marks = `
local function marksOf(i, key, tags)
  local fields = { 'k' .. key, 'K' .. key }
  for _, tag in ipairs(tags) do
    fields[#fields + 1] = 't' .. tag
    fields[#fields + 1] = 'T' .. tag
  end
  local hard, soft = 0, 0
  for at, mark in ipairs(redis.call('HMGET', i, unpack(fields))) do
    if at % 2 == 1 then hard = math.max(hard, number(mark)) else soft = math.max(soft, number(mark)) end
  end
  return hard, soft
end
`;

const events = `
local function take(sequence, json)
  local event = cjson.decode(json)
  local function mark(hard, soft) return event.soft and soft or hard end
  if event.kind == 'clear' then
    raise(KEYS[1], mark('c', 'C'), sequence)
  elseif event.kind == 'pattern' then
    for _, value in ipairs(event.values) do raise(KEYS[3], mark('p', 'P') .. value, sequence) end
    raise(KEYS[1], 'ps', sequence)
  else
    local letter = event.kind == 'keys' and mark('k', 'K') or mark('t', 'T')
    for _, value in ipairs(event.values) do raise(KEYS[2], letter .. value, sequence) end
  end
  redis.call('ZADD', KEYS[4], text(sequence), text(sequence) .. ' ' .. json)
end
local function trim(most)
  local extra = redis.call('ZCARD', KEYS[4]) - most
  if extra <= 0 then return end
  local last = redis.call('ZRANGE', KEYS[4], extra - 1, extra - 1, 'WITHSCORES')[2]
  redis.call('ZREMRANGEBYRANK', KEYS[4], 0, extra - 1)
  raise(KEYS[1], 'f', tonumber(last))
end
`;

/** m i p l, entries; ARGV: after or '', last pattern known, keys */
const read = `${numbers}${head}${marks}
local m = redis.call('HMGET', KEYS[1], 's', 'c', 'C', 'f', 'ps')
if not m[1] then return false end
local patterns, log = {}, {}
if number(m[5]) > tonumber(ARGV[2]) then patterns = redis.call('HGETALL', KEYS[3]) end
if ARGV[1] ~= '' and tonumber(ARGV[1]) < tonumber(m[1]) then
  log = redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. ARGV[1], '+inf')
end
local reply = { m[1], m[4] or '0', m[5] or '0', patterns, log }
for at = 5, #KEYS do
  local bytes = redis.call('GET', KEYS[at])
  local head = headOf(bytes)
  local stale = 0
  if head then
    local hard, soft = marksOf(KEYS[2], ARGV[at - 2], tagsOf(head, bytes))
    if math.max(hard, number(m[2])) > head.born then bytes = false end
    if math.max(soft, number(m[3])) > head.born then stale = 1 end
  else
    bytes = false
  end
  reply[#reply + 1] = bytes
  reply[#reply + 1] = stale
end
return reply`;

/** m i p x G, entry, tags' members; ARGV: bytes, key, last pattern known, last pattern that matches, tags */
const write = `${numbers}${head}${marks}
local m = redis.call('HMGET', KEYS[1], 's', 'c', 'C', 'w', 'ps', 'u')
if not m[1] then return 'outlived' end
if number(m[5]) > tonumber(ARGV[3]) then return { m[5], redis.call('HGETALL', KEYS[3]) } end
local entry = headOf(ARGV[1])
local tags = {}
for at = 5, #ARGV do tags[#tags + 1] = ARGV[at] end
local hard, soft = marksOf(KEYS[2], ARGV[2], tags)
local last = math.max(hard, soft, number(m[2]), number(m[3]), number(m[4]), tonumber(ARGV[4]))
if last > entry.born then return 'outlived' end
local stored = headOf(redis.call('GETRANGE', KEYS[6], 0, 27))
if stored and stored.born > entry.born then return 'older' end
local now, lastExpiry = nowMs(), number(m[6])
if entry.expires <= now then
  redis.call('DEL', KEYS[6])
  return 'stored'
end
if lastExpiry > now and redis.call('EXISTS', KEYS[4]) == 0 then raise(KEYS[1], 'i', lastExpiry) end
raise(KEYS[1], 'u', entry.expires)
redis.call('SET', KEYS[6], ARGV[1], 'PXAT', text(entry.expires))
local function index(key)
  if redis.call('PEXPIREAT', key, text(entry.expires), 'GT') == 0 and redis.call('PTTL', key) == -1 then
    redis.call('PEXPIREAT', key, text(entry.expires))
  end
end
redis.call('ZADD', KEYS[4], 0, '', 0, ARGV[2])
index(KEYS[4])
for at, tag in ipairs(tags) do
  redis.call('SADD', KEYS[6 + at], ARGV[2])
  index(KEYS[6 + at])
  redis.call('SADD', KEYS[5], tag)
end
if #tags > 0 then index(KEYS[5]) end
return 'stored'`;

/** m i p l; ARGV: event as JSON, longest log, most live patterns, pattern's field or '' */
const invalidate = `${numbers}${events}
if redis.call('HEXISTS', KEYS[1], 's') == 0 then return false end
if ARGV[4] ~= '' and redis.call('HEXISTS', KEYS[3], ARGV[4]) == 0
  and redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[3]) then return 'full' end
local sequence = redis.call('HINCRBY', KEYS[1], 's', 1)
take(sequence, ARGV[1])
trim(tonumber(ARGV[2]))
return text(sequence)`;

/**
 * m i p l; ARGV: after, upTo, longest log, 'all' when nothing between its sequence and `after` is to be had, then sequence and JSON of
 * each event. Answers its sequence, which is below upTo when it lacks events before `after`; -1 when it has none: then only events
 * with a hard clear can begin it, for what it knew is lost.
 */
const replicate = `${numbers}${events}
local after, upTo = tonumber(ARGV[1]), tonumber(ARGV[2])
local s = redis.call('HGET', KEYS[1], 's')
if not s then
  local clear = 0
  for at = 5, #ARGV, 2 do
    local event = cjson.decode(ARGV[at + 1])
    if event.kind == 'clear' and not event.soft then clear = tonumber(ARGV[at]) end
  end
  if clear == 0 then return '-1' end
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[1], 's', text(clear), 'c', text(clear), 'f', text(clear), 'w', text(clear), 'ps', text(clear))
elseif after > tonumber(s) then
  if ARGV[4] ~= 'all' then return s end
  raise(KEYS[1], 'c', after)
  raise(KEYS[1], 'f', after)
end
local known = tonumber(redis.call('HGET', KEYS[1], 's'))
for at = 5, #ARGV, 2 do
  if tonumber(ARGV[at]) > known then take(tonumber(ARGV[at]), ARGV[at + 1]) end
end
raise(KEYS[1], 's', upTo)
trim(tonumber(ARGV[3]))
return redis.call('HGET', KEYS[1], 's')`;

/** m i p l; ARGV: what was seen before. Begins the sequence as a clear above it and above any other time's; 1,024 a ms. */
const begin = `${numbers}${events}
local s = redis.call('HGET', KEYS[1], 's')
if s and tonumber(s) >= tonumber(ARGV[1]) then return { s, 0 } end
local sequence = math.max(tonumber(ARGV[1]) + 1, nowMs() * 1024, number(s) + 1)
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[1], 's', text(sequence), 'f', text(sequence - 1), 'w', text(sequence), 'ps', text(sequence))
take(sequence, '{"kind":"clear","values":[],"soft":false}')
return { text(sequence), 1 }`;

/** m i p l; ARGV: after */
const changes = `
local m = redis.call('HMGET', KEYS[1], 's', 'f')
if not m[1] then return false end
return { m[1], m[2] or '0', redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. ARGV[1], '+inf') }`;

/** x, members of the tag (x where there is none), entries; ARGV: sequence, soft ('1'), tag that they must have or '', keys */
const drop = `${numbers}${head}
local sequence, now, removed = tonumber(ARGV[1]), nowMs(), 0
for at = 3, #KEYS do
  local bytes = redis.call('GETRANGE', KEYS[at], 0, ${TAGS_END})
  local head = headOf(bytes)
  local hit = head and head.born < sequence
  if hit and ARGV[3] ~= '' then
    hit = false
    for _, tag in ipairs(tagsOf(head, bytes)) do hit = hit or tag == ARGV[3] end
  end
  if hit and ARGV[2] == '1' then
    if head.fresh > now then
      local fresh, expires = now, head.expires
      local times = struct.pack('${TIMES_FORMAT}', fresh, expires, ${TIMES_CHECK_LUA})
      redis.call('SETRANGE', KEYS[at], ${TIMES_OFFSET}, times)
      removed = removed + 1
    end
  elseif hit then
    redis.call('UNLINK', KEYS[at])
    redis.call('ZREM', KEYS[1], ARGV[at + 1])
    if ARGV[3] ~= '' then redis.call('SREM', KEYS[2], ARGV[at + 1]) end
    removed = removed + 1
  end
end
return removed`;

/**
 * m p x; ARGV: the pattern's field, its sequence. Forgets a pattern whose entries have all been visited, unless the index was lost
 * (evicted) while entries lived: those were not visited.
 */
const settle = `${numbers}
if number(redis.call('HGET', KEYS[2], ARGV[1])) ~= tonumber(ARGV[2]) then return 1 end
local m = redis.call('HMGET', KEYS[1], 'u', 'i')
local now = nowMs()
if number(m[2]) > now or (number(m[1]) > now and redis.call('EXISTS', KEYS[3]) == 0) then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
raise(KEYS[1], 'w', tonumber(ARGV[2]))
return 1`;

/** m, lease; ARGV: ms */
const lease = `${numbers}
if redis.call('EXISTS', KEYS[2]) == 1 then return false end
local token = math.max(number(redis.call('HGET', KEYS[1], 'q')) + 1, nowMs() * 1024)
redis.call('HSET', KEYS[1], 'q', text(token))
redis.call('SET', KEYS[2], text(token), 'PX', ARGV[1])
return text(token)`;

/** lease; ARGV: token */
const release = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

/** index, entries; ARGV: 'keys' or the tag behind 't', keys. Removes from the index what is no entry, or has not the tag. */
const exorcise = `${numbers}${head}
local removed = 0
for at = 2, #KEYS do
  local key = ARGV[at]
  if ARGV[1] == 'keys' then
    if redis.call('EXISTS', KEYS[at]) == 0 then removed = removed + redis.call('ZREM', KEYS[1], key) end
  else
    local bytes = redis.call('GETRANGE', KEYS[at], 0, ${TAGS_END})
    local head, has = headOf(bytes), false
    if head then
      for _, tag in ipairs(tagsOf(head, bytes)) do has = has or 't' .. tag == ARGV[1] end
    end
    if not has then removed = removed + redis.call('SREM', KEYS[1], key) end
  end
end
return removed`;

/** members of a tag, G; ARGV: tag */
const forgetTag = `
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[1]) end
return 1`;

/**
 * m. Answers the checkpoint's sequence when all entries stored at its time have expired: no mark up to it is needed any more but
 * for writes, which are `outlived` by it from now on. Else 0. There is always a checkpoint afterwards.
 */
const checkpoint = `${numbers}
local m = redis.call('HMGET', KEYS[1], 's', 'u', 'cs', 'ct')
if not m[1] then return '0' end
local now = nowMs()
if m[3] and number(m[4]) >= now then return '0' end
redis.call('HSET', KEYS[1], 'cs', m[1], 'ct', text(math.max(number(m[2]), now + ${MARKS_AT_LEAST_MS})))
if m[3] then raise(KEYS[1], 'w', number(m[3])) end
return m[3] or '0'`;

/** i or p; ARGV: sequence up to which marks go, fields */
const forgetMarks = `${numbers}
for at = 2, #ARGV do
  if number(redis.call('HGET', KEYS[1], ARGV[at])) <= tonumber(ARGV[1]) then redis.call('HDEL', KEYS[1], ARGV[at]) end
end
return 1`;

export const scripts = {
  read,
  write,
  invalidate,
  replicate,
  begin,
  changes,
  drop,
  settle,
  lease,
  release,
  exorcise,
  forgetTag,
  checkpoint,
  forgetMarks,
} as const;
export type ScriptName = keyof typeof scripts;
