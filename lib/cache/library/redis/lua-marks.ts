/**
 * Redis never evicts the marks, which have no end of their own, and a sweep takes those that nothing needs, which may be years later. So
 * there are never more than these, and those of one event: about 150,000 short ones, or 15,000 of the longest keys.
 */
const MAX_MARK_BYTES = 16_777_216;

/** What a field of a large hash takes is about 100 bytes beside its text. */
export const markSize = `
local function sizeOfMark(field) return 100 + #field end
`;

/**
 * For scripts whose first keys are m i. To forget all marks is a clear of this bucket alone, up to the last of them. It is not in the
 * log: what others hold stays right, but it is not to be seen here any longer, so that until the last of it expires every `set` tells
 * of itself.
 */
export const marking = `${markSize}
local function hold(field, value)
  if value <= number(redis.call('HGET', KEYS[2], field)) then return 0 end
  return redis.call('HSET', KEYS[2], field, text(value)) * sizeOfMark(field)
end
local function isTooMuch(bytes) return bytes > ${MAX_MARK_BYTES} end
local function count(added) return redis.call('HINCRBY', KEYS[1], 'mb', added) end
local function drop(field)
  if redis.call('HDEL', KEYS[2], field) == 1 then count(-sizeOfMark(field)) end
end
local function forgetAll(sequence)
  raise(KEYS[1], 'c', sequence)
  raise(KEYS[1], 'v', number(redis.call('HGET', KEYS[1], 'u')))
  redis.call('UNLINK', KEYS[2])
  redis.call('HSET', KEYS[1], 'mb', 0)
end
`;

export const marks = `
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
