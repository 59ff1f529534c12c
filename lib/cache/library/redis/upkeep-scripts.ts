import { markSize } from './lua-marks.ts';
import { head, numbers } from './lua-parts.ts';

/** Loads that take no longer are not refused for marks that were forgotten meanwhile. */
const MARKS_AT_LEAST_MS = 60_000;

const hasTag = `
local function hasTag(head, bytes, tag)
  for _, each in ipairs(tagsOf(head, bytes)) do
    if each == tag then return true end
  end
  return false
end
`;

/** Where `MEMORY` is not allowed, as in some managed services, what takes so much in Redis 7: about 100 bytes beside the content. */
const sizes = `
local counts = { zset = 'ZCARD', set = 'SCARD', hash = 'HLEN' }
local function sizeOf(key)
  local size = redis.pcall('MEMORY', 'USAGE', key)
  if type(size) ~= 'table' then return size or 0 end
  local kind = redis.call('TYPE', key).ok
  if kind == 'string' then return 100 + redis.call('STRLEN', key) end
  return counts[kind] and 100 * redis.call(counts[kind], key) or 0
end
`;

/** x, members of the tag (x where there is none), entries; ARGV: sequence, soft ('1'), tag that they must have or '', keys */
const drop = `${numbers}${head}${hasTag}
local sequence, now, removed = tonumber(ARGV[1]), nowMs(), 0
for at = 3, #KEYS do
  local head, bytes = storedHead(KEYS[at])
  local hit = head and head.born < sequence and (ARGV[3] == '' or hasTag(head, bytes, ARGV[3]))
  if hit and ARGV[2] == '1' then
    hit = head.fresh > now
    if hit then setLife(KEYS[at], now, head.expires, head.born) end
  elseif hit then
    redis.call('UNLINK', KEYS[at])
    redis.call('ZREM', KEYS[1], ARGV[at + 1])
    if ARGV[3] ~= '' then redis.call('SREM', KEYS[2], ARGV[at + 1]) end
  end
  if hit and not head.copy then removed = removed + 1 end
end
return removed`;

/** x, entries; ARGV: keys. Removes those that are copies. */
const dropCopies = `${numbers}${head}
local removed = 0
for at = 2, #KEYS do
  local head = storedHead(KEYS[at])
  if head and head.copy then
    redis.call('UNLINK', KEYS[at])
    redis.call('ZREM', KEYS[1], ARGV[at - 1])
    removed = removed + 1
  end
end
return removed`;

/** m x, entries; ARGV: bytes wanted, keys. Removes them in their order until so much is free, and remembers until when others may hold them. */
const evict = `${numbers}${head}${sizes}
local wanted, entries, freed, last = tonumber(ARGV[1]), 0, 0, 0
for at = 3, #KEYS do
  if freed >= wanted then break end
  local head = storedHead(KEYS[at])
  if head then
    freed = freed + sizeOf(KEYS[at])
    last = math.max(last, head.expires)
    redis.call('UNLINK', KEYS[at])
    redis.call('ZREM', KEYS[2], ARGV[at - 1])
    entries = entries + 1
  end
end
raise(KEYS[1], 'v', last)
return { entries, freed }`;

/** Any keys; answers of each its bytes, 0 where there is none, and when it expires. */
const weigh = `${sizes}
local reply = {}
for at, key in ipairs(KEYS) do
  reply[2 * at - 1] = sizeOf(key)
  reply[2 * at] = redis.call('PEXPIRETIME', key)
end
return reply`;

/**
 * index, m, entries; ARGV: 'keys' or the tag behind 't', keys. Removes from the index what is no entry, or has not the tag; answers how
 * many and how much that took. Where Redis evicts, a key without its entry may be one that others still hold.
 */
const exorcise = `${numbers}${head}${hasTag}${sizes}
local before, removed = sizeOf(KEYS[1]), 0
for at = 3, #KEYS do
  local key = ARGV[at - 1]
  if ARGV[1] == 'keys' then
    if redis.call('EXISTS', KEYS[at]) == 0 then removed = removed + redis.call('ZREM', KEYS[1], key) end
  else
    local head, bytes = storedHead(KEYS[at])
    if not (head and hasTag(head, bytes, string.sub(ARGV[1], 2))) then removed = removed + redis.call('SREM', KEYS[1], key) end
  end
end
if removed == 0 then return { 0, 0 } end
local stats = redis.pcall('INFO', 'stats')
if ARGV[1] == 'keys' and (type(stats) == 'table' or number(string.match(stats, 'evicted_keys:(%d+)')) > 0) then
  raise(KEYS[2], 'v', number(redis.call('HGET', KEYS[2], 'u')))
end
return { removed, math.max(0, before - sizeOf(KEYS[1])) }`;

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

/** i or p, m; ARGV: sequence up to which marks go, fields. Answers how many went and how much they took. */
const forgetMarks = `${numbers}${sizes}${markSize}
local before, removed, marked, now = sizeOf(KEYS[1]), 0, 0, nowMs()
for at = 2, #ARGV do
  local letter = string.sub(ARGV[at], 1, 1)
  local isTime, isPattern = letter == 'e', letter == 'p' or letter == 'P'
  if number(redis.call('HGET', KEYS[1], ARGV[at])) <= (isTime and now or tonumber(ARGV[1])) then
    local gone = redis.call('HDEL', KEYS[1], ARGV[at])
    removed = removed + gone
    if isPattern then redis.call('HDEL', KEYS[2], 'a' .. ARGV[at]) else marked = marked + gone * sizeOfMark(ARGV[at]) end
  end
end
if removed == 0 then return { 0, 0 } end
redis.call('HSET', KEYS[2], 'mb', text(math.max(0, number(redis.call('HGET', KEYS[2], 'mb')) - marked)))
return { removed, math.max(0, before - sizeOf(KEYS[1])) }`;

export const upkeepScripts = {
  drop,
  dropCopies,
  evict,
  weigh,
  exorcise,
  forgetTag,
  checkpoint,
  forgetMarks,
} as const;
