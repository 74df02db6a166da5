--[[
Takes an offered attempt for a worker, or says again that the worker is at it. Of all who ask, one gets it, for ever: an attempt whose worker
falls silent is followed by another attempt, never by another worker.

KEYS[1] taken  by which worker     KEYS[2] alive  for as long as that worker says so     KEYS[3] fence of the job's channel

ARGV[1] attempt   ARGV[2] worker   ARGV[3] lifetime of the sign, seconds   ARGV[4] '1' to say it again, else '0'
ARGV[5] lifetime of the mark, seconds

Output: 'taken' | 'gone' (the attempt has ended) | 'other' (another worker has it)
Events: none
]]
local fence = redis.call('GET', KEYS[3])
-- A fence that Redis has lost comes back; an attempt that is under way goes on meanwhile.
if fence ~= ARGV[1] and (fence or ARGV[4] == '0') then return 'gone' end
local worker = redis.call('GET', KEYS[1])
if worker and worker ~= ARGV[2] then return 'other' end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[5])
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
return 'taken'
