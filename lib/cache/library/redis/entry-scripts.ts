import { HEAD_BYTES, LIFE_OFFSET } from '../entry-codec.ts';
import { marking, marks } from './lua-marks.ts';
import { events, head, numbers, storing } from './lua-parts.ts';

const BORN_AT = 14;
/** Of one command: Lua's stack is small. Even, as hard and soft marks take turns. */
const MOST_FIELDS = 4_000;

/**
 * m i p l, entries; ARGV: after or '', last pattern known, length of the names before their keys. Marks are looked at only where one
 * was made after the entry was born. Answers which entries are stale by their place.
 */
const read = `${numbers}
local m = redis.call('HMGET', KEYS[1], 's', 'c', 'C', 'f', 'ps', 'k')
if not m[1] then return false end
local patterns, log, stale = {}, {}, {}
if number(m[5]) > tonumber(ARGV[2]) then patterns = redis.call('HGETALL', KEYS[3]) end
if ARGV[1] ~= '' and tonumber(ARGV[1]) < tonumber(m[1]) then
  log = redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. ARGV[1], '+inf')
end
local found = {}
if #KEYS == 4 then return { m[1], m[4] or '0', m[5] or '0', patterns, log, stale, found } end
found = redis.call('MGET', unpack(KEYS, 5))
local clear, softClear, last = number(m[2]), number(m[3]), number(m[6])
local unpackNumber, byte, sub = struct.unpack, string.byte, string.sub
local borns, fields, owners = {}, {}, {}
for at = 1, #found do
  local bytes = found[at]
  if not bytes or #bytes < ${HEAD_BYTES} or byte(bytes) ~= 1 then
    found[at] = false
  else
    local born = unpackNumber('>I7', bytes, ${BORN_AT})
    if clear > born then
      found[at] = false
    else
      if softClear > born then stale[#stale + 1] = at - 1 end
      if last > born then
        borns[at] = born
        local next, from = #fields, ${HEAD_BYTES + 1}
        local key = sub(KEYS[at + 4], ARGV[3] + 1)
        fields[next + 1], fields[next + 2] = 'k' .. key, 'K' .. key
        owners[next + 1], owners[next + 2] = at, at
        for each = 1, byte(bytes, ${HEAD_BYTES}) do
          local tag
          tag, from = unpackNumber('>Hc0', bytes, from)
          next = next + 2
          fields[next + 1], fields[next + 2] = 't' .. tag, 'T' .. tag
          owners[next + 1], owners[next + 2] = at, at
        end
      end
    end
  end
end
for from = 1, #fields, ${MOST_FIELDS} do
  local to = math.min(#fields, from + ${MOST_FIELDS - 1})
  for place, mark in ipairs(redis.call('HMGET', KEYS[2], unpack(fields, from, to))) do
    if mark then
      local at = owners[from + place - 1]
      if number(mark) > borns[at] then
        if place % 2 == 1 then found[at] = false else stale[#stale + 1] = at - 1 end
      end
    end
  end
end
return { m[1], m[4] or '0', m[5] or '0', patterns, log, stale, found }`;

/** The same keys for all that follow, see `storing`. ARGV: bytes, key, last pattern known, last pattern that matches, lease or '', tags */
const write = `${numbers}${head}${marks}${marking}${storing}
local m = redis.call('HMGET', KEYS[1], 's', 'c', 'C', 'w', 'ps')
if m[1] and number(m[5]) > tonumber(ARGV[3]) then return { 'patterns', m[5], redis.call('HGETALL', KEYS[3]) } end
local isHeld = ARGV[5] ~= '' and redis.call('GET', KEYS[8]) == ARGV[5]
if isHeld then redis.call('DEL', KEYS[8]) end
if not m[1] then return 'outlived' end
if ARGV[5] ~= '' and not isHeld then return 'overtaken' end
local entry, tags = headOf(ARGV[1]), tail(6)
local hard, soft = marksOf(KEYS[2], ARGV[2], tags)
local last = math.max(hard, soft, number(m[2]), number(m[3]), number(m[4]), tonumber(ARGV[4]))
if last > entry.born then return 'outlived' end
local stored, bytes = storedHead(KEYS[7])
if stored then
  local isOlder = stored.born > entry.born
  local isAsNew = stored.born == entry.born and stored.fresh >= entry.fresh
  if stored.born == entry.born and entry.copy then
    local before, after = createdOf(stored, bytes), createdOf(entry, ARGV[1])
    isAsNew = before > after or (before == after and isAsNew)
  end
  if isOlder or (ARGV[5] == '' and isAsNew) then return 'older' end
  if stored.expires > entry.expires or not hasAll(tagsOf(stored, bytes), tags) then mayBeHeldUntil(ARGV[2], stored.expires) end
end
put(ARGV[1], entry.expires, ARGV[2], tags, nowMs())
return 'stored'`;

/**
 * ARGV: 'whole' | 'ask' | 'store', bytes, key, last pattern known, last hard pattern that matches, longest log, event as JSON,
 * condition ('' none, 'nothing', or the born of what it replaces), its identity, token, how long the token is good in ms, 'announce' or
 * '', tags.
 *
 * Alone in its namespace a bucket does all at once (`whole`). Else it either stores at once what needs no event, or leaves a token in
 * the lease's place (`ask`), which must still be there when the entry comes again with the event's number (`store`): so of several
 * sets of a key none goes by what another has just replaced.
 */
const set = `${numbers}${head}${marks}${marking}${events}${storing}
local mode = ARGV[1]
local m = redis.call('HMGET', KEYS[1], 's', 'c', 'ps', 'v', 'r')
if not m[1] then return false end
if number(m[3]) > tonumber(ARGV[4]) then return { 'patterns', m[3], redis.call('HGETALL', KEYS[3]) } end
local entry, tags, now = headOf(ARGV[2]), tail(13), nowMs()
local function keep(born)
  local bytes = string.sub(ARGV[2], 1, ${LIFE_OFFSET}) .. lifeOf(entry.fresh, entry.expires, born) .. string.sub(ARGV[2], 23)
  put(bytes, entry.expires, ARGV[3], tags, now)
  drop('e' .. ARGV[3])
  redis.call('DEL', KEYS[8])
end
local stored, bytes = storedHead(KEYS[7])
if mode == 'store' then
  local token = redis.call('GET', KEYS[8])
  if token ~= ARGV[10] then return { 'lost', token or '' } end
  if ARGV[9] ~= '' and not isSame(KEYS[7], stored, ARGV[8], ARGV[9]) then
    redis.call('DEL', KEYS[8])
    return { 'changed', stored and text(stored.born) or m[1] }
  end
  local hard = marksOf(KEYS[2], ARGV[3], tags)
  if math.max(hard, number(m[2]), tonumber(ARGV[5])) > entry.born then
    redis.call('DEL', KEYS[8])
    return { 'lost', '' }
  end
  keep(entry.born)
  return { 'stored', text(entry.born) }
end
local lives = false
if stored and stored.expires > now then
  local hard = marksOf(KEYS[2], ARGV[3], tagsOf(stored, bytes))
  lives = math.max(hard, number(m[2]), tonumber(ARGV[5])) <= stored.born
end
local changed = (ARGV[8] == 'nothing' and lives)
  or (ARGV[9] ~= '' and not (lives and isSame(KEYS[7], stored, ARGV[8], ARGV[9])))
if changed then return { 'changed', stored and text(stored.born) or m[1] } end
local mayBeHeld = ARGV[12] ~= '' or lives or redis.call('EXISTS', KEYS[8]) == 1 or number(m[4]) > now
  or number(redis.call('HGET', KEYS[2], 'e' .. ARGV[3])) > now
  or (not stored and redis.call('ZSCORE', KEYS[5], ARGV[3])) or mayLackEntries(now)
if not mayBeHeld then
  keep(tonumber(m[1]))
  return { 'stored', m[1] }
end
if mode == 'ask' then
  redis.call('SET', KEYS[8], ARGV[10], 'PX', ARGV[11])
  return { 'event' }
end
if m[5] ~= server() then return false end
local sequence = redis.call('HINCRBY', KEYS[1], 's', 1)
take(sequence, ARGV[7])
trim(tonumber(ARGV[6]))
keep(sequence)
return { 'stored', text(sequence), 'event' }`;

/** ARGV: key, last pattern known, last hard pattern that matches, born and identity of what it was, freshUntil, expiresAt, tags */
const touch = `${numbers}${head}${marks}${marking}${storing}
local m = redis.call('HMGET', KEYS[1], 's', 'c', 'ps')
if not m[1] then return 0 end
if number(m[3]) > tonumber(ARGV[2]) then return { 'patterns', m[3], redis.call('HGETALL', KEYS[3]) } end
local stored, bytes = storedHead(KEYS[7])
if not isSame(KEYS[7], stored, ARGV[4], ARGV[5]) then return 0 end
local hard = marksOf(KEYS[2], ARGV[1], tagsOf(stored, bytes))
if math.max(hard, number(m[2]), tonumber(ARGV[3])) > stored.born then return 0 end
local expires = tonumber(ARGV[7])
if stored.expires > expires then mayBeHeldUntil(ARGV[1], stored.expires) end
setLife(KEYS[7], tonumber(ARGV[6]), expires, stored.born)
redis.call('PEXPIREAT', KEYS[7], ARGV[7])
raise(KEYS[1], 'u', expires)
indexUntil(expires, #KEYS > 8)
return 1`;

/** lease; ARGV: token, ms */
const renew = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** lease; ARGV: token */
const release = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

export const entryScripts = { read, write, set, touch, renew, release } as const;
