--[[
Cuts the text of a job to where a new attempt goes on.

KEYS[1] text   KEYS[2] meta   KEYS[3] fence of the job's channel

ARGV[1] attempt   ARGV[2] length in bytes   ARGV[3] lifetime, seconds   ARGV[4] operation type

Output: { 'truncated' | 'sealed' | 'fenced' | 'no_fence', end of the text, which may be below the length asked for }
Events: none (JOB_RUNNING says where the text goes on)
]]
local length = redis.call('STRLEN', KEYS[1])
local fence = redis.call('GET', KEYS[3])
if not fence then return { 'no_fence', length } end
if fence ~= ARGV[1] then return { 'fenced', length } end
if redis.call('HGET', KEYS[2], 'sealed') then return { 'sealed', length } end

local wanted = tonumber(ARGV[2])
if wanted == 0 then
  redis.call('DEL', KEYS[1])
  length = 0
elseif wanted < length then
  redis.call('SET', KEYS[1], redis.call('GETRANGE', KEYS[1], 0, wanted - 1), 'EX', ARGV[3])
  length = wanted
end
redis.call('HDEL', KEYS[2], 'full')
redis.call('HSET', KEYS[2], 'operationType', ARGV[4], 'attempt', ARGV[1], 'base', string.format('%.0f', length))
redis.call('EXPIRE', KEYS[2], ARGV[3])
return { 'truncated', length }
