--[[
Opens the text of a job again, for a resume; what the log no longer holds is put back first.

KEYS[1] text   KEYS[2] meta

ARGV[1] text to put back   ARGV[2] lifetime, seconds

Output: end of the text
Events: none
]]
redis.call('HDEL', KEYS[2], 'sealed')
if ARGV[1] ~= '' then redis.call('SET', KEYS[1], ARGV[1]) end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('STRLEN', KEYS[1])
