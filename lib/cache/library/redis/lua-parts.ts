import {
  COPY_FLAG,
  HEAD_BYTES,
  HEAD_FORMAT,
  IDENTITY_OFFSET,
  LIFE_CHECK_LUA,
  LIFE_FORMAT,
  LIFE_OFFSET,
  TAG_FORMAT,
} from '../entry-codec.ts';

/**
 * What the scripts of the Redis tiers are made of. Each script touches the keys of one bucket and names all of them. Sequences are
 * compared as doubles (exact below 2^53) and written with `%.0f`. Each one's comment tells its keys by the names of `layout.ts`:
 *
 * - `m` hash: s sequence, c and C the last hard and soft clear, k the last mark, f the log's floor, w the write floor, ps the last
 *   pattern's sequence, lb and mb the bytes of the log and of the marks, u when the last entry expires, i until when the index may lack
 *   entries, v until when others may hold what was evicted or is no longer seen here, r the server that counts the sequence, cs and ct
 *   the marks' checkpoint, `a` and a pattern's field when it was added
 * - `x` sorted set: all keys at score 0, and the empty key, so that it is missing only when it has expired or was evicted; `G` the tags
 * - `i` hash: mark by `k` or `t` (hard), `K` or `T` (soft) and key or tag; by `e` and key until when others may hold what was replaced by
 *   something that dies sooner, or by a tag which that had not
 * - `p` hash: sequence by `p` (hard) or `P` (soft) and pattern; `l` sorted set: the log
 */
export const numbers = `
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

/** The longest header up to when the entry was created, behind its tags: 32 of 256 bytes. */
const CREATED_END = HEAD_BYTES + 32 * 258 + 8;

export const head = `
local function headOf(bytes)
  if not bytes or #bytes < ${HEAD_BYTES} or string.byte(bytes) ~= 1 then return nil end
  local version, fresh, expires, born, check, crc, flags, count, at = struct.unpack('${HEAD_FORMAT}', bytes)
  local copy = flags % ${2 * COPY_FLAG} >= ${COPY_FLAG}
  return { fresh = fresh, expires = expires, born = born, copy = copy, count = count, at = at }
end
local function tagsOf(head, bytes)
  local tags, at = {}, head.at
  for each = 1, head.count do tags[each], at = struct.unpack('${TAG_FORMAT}', bytes, at) end
  return tags
end
local function createdOf(head, bytes)
  local at, created, scale = head.at, 0, 1
  for each = 1, head.count do at = at + 2 + struct.unpack('>H', bytes, at) end
  repeat
    local byte = string.byte(bytes, at) or 0
    created, scale, at = created + byte % 128 * scale, scale * 128, at + 1
  until byte < 128
  return created
end
local function storedHead(key)
  local bytes = redis.call('GETRANGE', key, 0, ${CREATED_END})
  return headOf(bytes), bytes
end
local function lifeOf(fresh, expires, born)
  return struct.pack('${LIFE_FORMAT}', fresh, expires, born, ${LIFE_CHECK_LUA})
end
local function setLife(key, fresh, expires, born)
  redis.call('SETRANGE', key, ${LIFE_OFFSET}, lifeOf(fresh, expires, born))
end
local function isSame(key, head, born, identity)
  if not head or head.born ~= tonumber(born) then return false end
  return redis.call('GETRANGE', key, ${IDENTITY_OFFSET}, ${IDENTITY_OFFSET} + #identity - 1) == identity
end
`;

/** The log has no end of its own, so that Redis never evicts it: of events with many long keys it keeps fewer. */
const MAX_LOG_BYTES = 8_388_608;

/** For scripts whose first keys are m i p l, behind `marking`. */
export const events = `
local function take(sequence, json)
  local event = cjson.decode(json)
  local function mark(hard, soft) return event.soft and soft or hard end
  if event.kind == 'clear' then
    raise(KEYS[1], mark('c', 'C'), sequence)
  elseif event.kind == 'pattern' then
    for _, value in ipairs(event.values) do
      raise(KEYS[3], mark('p', 'P') .. value, sequence)
      redis.call('HSET', KEYS[1], 'a' .. mark('p', 'P') .. value, text(nowMs()))
    end
    raise(KEYS[1], 'ps', sequence)
  else
    local letter = event.kind == 'keys' and mark('k', 'K') or mark('t', 'T')
    local added = 0
    for _, value in ipairs(event.values) do added = added + hold(letter .. value, sequence) end
    raise(KEYS[1], 'k', sequence)
    if isTooMuch(count(added)) then forgetAll(sequence) end
  end
  local member = text(sequence) .. ' ' .. json
  redis.call('ZADD', KEYS[4], text(sequence), member)
  redis.call('HINCRBY', KEYS[1], 'lb', #member)
end
local function trim(most)
  local extra = redis.call('ZCARD', KEYS[4]) - most
  local bytes = number(redis.call('HGET', KEYS[1], 'lb')) - ${MAX_LOG_BYTES}
  if extra <= 0 and bytes <= 0 then return end
  local gone, last = 0, nil
  while extra > 0 or bytes > 0 do
    local oldest = redis.call('ZPOPMIN', KEYS[4])
    if not oldest[1] then break end
    last, gone = oldest[2], gone + #oldest[1]
    extra, bytes = extra - 1, bytes - #oldest[1]
  end
  redis.call('HINCRBY', KEYS[1], 'lb', -gone)
  if last then raise(KEYS[1], 'f', tonumber(last)) end
end
local function server()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
end
`;

/** For scripts whose keys are m i p l x G, entry, lease, tags' members, behind `marking`. */
export const storing = `
local function liveUntil(key, expires)
  if redis.call('PEXPIREAT', key, text(expires), 'GT') == 0 and redis.call('PTTL', key) == -1 then
    redis.call('PEXPIREAT', key, text(expires))
  end
end
local function indexUntil(expires, hasTags)
  liveUntil(KEYS[5], expires)
  for at = 9, #KEYS do liveUntil(KEYS[at], expires) end
  if hasTags then liveUntil(KEYS[6], expires) end
end
local function mayLackEntries(now)
  local m = redis.call('HMGET', KEYS[1], 'u', 'i')
  return number(m[2]) > now or (number(m[1]) > now and redis.call('EXISTS', KEYS[5]) == 0)
end
local function put(bytes, expires, key, tags, now)
  if expires <= now then
    redis.call('DEL', KEYS[7])
    return
  end
  local lastExpiry = number(redis.call('HGET', KEYS[1], 'u'))
  if lastExpiry > now and redis.call('EXISTS', KEYS[5]) == 0 then raise(KEYS[1], 'i', lastExpiry) end
  if expires > lastExpiry then redis.call('HSET', KEYS[1], 'u', text(expires)) end
  redis.call('SET', KEYS[7], bytes, 'PXAT', text(expires))
  redis.call('ZADD', KEYS[5], 0, '', 0, key)
  for at, tag in ipairs(tags) do
    redis.call('SADD', KEYS[8 + at], key)
    redis.call('SADD', KEYS[6], tag)
  end
  indexUntil(expires, #tags > 0)
end
local function mayBeHeldUntil(key, expires)
  if isTooMuch(count(0)) then raise(KEYS[1], 'v', expires) else count(hold('e' .. key, expires)) end
end
local function hasAll(tags, wanted)
  local has = {}
  for _, tag in ipairs(tags) do has[tag] = true end
  for _, tag in ipairs(wanted) do
    if not has[tag] then return false end
  end
  return true
end
local function tail(from)
  local values = {}
  for at = from, #ARGV do values[#values + 1] = ARGV[at] end
  return values
end
`;
