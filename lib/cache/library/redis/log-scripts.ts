import { marking } from './lua-marks.ts';
import { events, numbers } from './lua-parts.ts';

/**
 * m i p l; ARGV: event as JSON, longest log, most live patterns, pattern's field or ''. Nothing is counted on by a server that did not
 * begin it: after a failover or a restart the last events may be missing, and their numbers would be given out again.
 */
const invalidate = `${numbers}${marking}${events}
local m = redis.call('HMGET', KEYS[1], 's', 'r')
if not m[1] or m[2] ~= server() then return false end
if ARGV[4] ~= '' and redis.call('HEXISTS', KEYS[3], ARGV[4]) == 0
  and redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[3]) then return 'full' end
local sequence = redis.call('HINCRBY', KEYS[1], 's', 1)
take(sequence, ARGV[1])
trim(tonumber(ARGV[2]))
return text(sequence)`;

/**
 * m i p l; ARGV: after, upTo, longest log, 'all' when nothing between its sequence and `after` is to be had, then sequence and JSON of
 * each event. Answers its sequence, which is below upTo when it lacks events before `after`; -1 when it has none and is not given
 * all: with all it begins as a clear at `after`.
 */
const replicate = `${numbers}${marking}${events}
local after, upTo = tonumber(ARGV[1]), tonumber(ARGV[2])
local s = redis.call('HGET', KEYS[1], 's')
if not s then
  if ARGV[4] ~= 'all' then return '-1' end
  local at = text(after)
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[1], 's', at, 'c', at, 'f', at, 'w', at, 'ps', at, 'lb', 0, 'mb', 0)
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

/**
 * m i p l; ARGV: what was seen before. Begins the sequence as a clear above it and above any other time's (1,024 a ms), where there is
 * none, where it is below what was seen, and where another server counted it.
 */
const begin = `${numbers}${marking}${events}
local m = redis.call('HMGET', KEYS[1], 's', 'r')
local id = server()
if m[1] and tonumber(m[1]) >= tonumber(ARGV[1]) and m[2] == id then return { m[1], 0 } end
local sequence = math.max(tonumber(ARGV[1]) + 1, nowMs() * 1024, number(m[1]) + 1)
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
local before, at = text(sequence - 1), text(sequence)
redis.call('HSET', KEYS[1], 's', at, 'f', before, 'w', at, 'ps', at, 'r', id, 'lb', 0, 'mb', 0)
take(sequence, '{"kind":"clear","values":[],"soft":false}')
return { at, 1 }`;

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
redis.call('HDEL', KEYS[1], 'a' .. ARGV[1])
raise(KEYS[1], 'w', tonumber(ARGV[2]))
return 1`;

/** m p; ARGV: for how many ms a pattern is left to its reaper. Answers field and sequence of the others. */
const orphans = `${numbers}
local found, before = {}, nowMs() - tonumber(ARGV[1])
local fields = redis.call('HGETALL', KEYS[2])
for at = 1, #fields, 2 do
  if number(redis.call('HGET', KEYS[1], 'a' .. fields[at])) <= before then
    found[#found + 1] = fields[at]
    found[#found + 1] = fields[at + 1]
  end
end
return found`;

export const logScripts = { invalidate, replicate, begin, settle, orphans } as const;
