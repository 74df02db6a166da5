--[[
Numbers, keeps and publishes the newest progress of a job, for a writer that keeps no count of its own.

KEYS[1] progress   KEYS[2] fence of the job's channel   KEYS[3] meta of the job's text

ARGV[1] attempt, or '' for the one that may write   ARGV[2] percent   ARGV[3] label
ARGV[4] operation type, or '' for the one that Redis knows             ARGV[5] lifetime, seconds
ARGV[6], ARGV[7], ARGV[8], … for each room: Redis channel of the instances, bus message before and behind the operation type,
  the attempt and its n

Output: 'published' | 'fenced' | 'no_fence'
Events: PUBLISH "<room> - -\n<packet text>" for each room (only when published)
]]
local fence = redis.call('GET', KEYS[2])
local operationType = ARGV[4] ~= '' and ARGV[4] or redis.call('HGET', KEYS[3], 'operationType')
if not fence or not operationType then return 'no_fence' end
local attempt = ARGV[1] ~= '' and ARGV[1] or fence
if fence ~= attempt or not string.match(attempt, '^%d+$') then return 'fenced' end

local n = 1
local kept = redis.call('GET', KEYS[1])
if kept then
  local newest = cjson.decode(kept)
  if newest.attempt == tonumber(attempt) then n = newest.n + 1 end
end
local place = '"attempt":' .. attempt .. ',"n":' .. n
local progress = '{' .. place .. ',"progress":' .. ARGV[2] .. ',"label":' .. cjson.encode(ARGV[3]) .. '}'
redis.call('SET', KEYS[1], progress, 'EX', ARGV[5])
place = '"operationType":' .. cjson.encode(operationType) .. ',' .. place
for index = 6, #ARGV, 3 do redis.call('PUBLISH', ARGV[index], ARGV[index + 1] .. place .. ARGV[index + 2]) end
return 'published'
