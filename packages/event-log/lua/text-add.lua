--[[
Appends to the end of a job's text, wherever that is, and publishes the chunk: for a writer that keeps no text of its own. An
append that is sent again under its mark changes nothing.

KEYS[1] text   string
KEYS[2] meta   hash, as in text-append
KEYS[3] fence  of the job's channel
KEYS[4] once   mark of this append

ARGV[1] attempt, or '' for the one that may write    ARGV[6] lifetime, seconds
ARGV[2] operation type, or '' for the known one      ARGV[7] lifetime of the mark, seconds
ARGV[3] text                                         ARGV[8] Redis channel of the instances
ARGV[4] most bytes kept                              ARGV[9] room
ARGV[5] '1' for the truncation mark, else '0'
ARGV[10], ARGV[11] packet text before and behind the operation type, the attempt and the offsets

Output: { 'appended' | 'full' | 'overflow' | 'sealed' | 'fenced' | 'no_fence', end of the text }
Events: PUBLISH "<room> - - <attempt> <base> <offset> <end>\n<packet text>" (only when appended)
]]
local length = redis.call('STRLEN', KEYS[1])
local fence = redis.call('GET', KEYS[3])
local meta = redis.call('HMGET', KEYS[2], 'attempt', 'base', 'sealed', 'full', 'operationType')
local operationType = ARGV[2] ~= '' and ARGV[2] or meta[5]
if not fence or not operationType then return { 'no_fence', length } end
local attempt = ARGV[1] ~= '' and ARGV[1] or fence
if fence ~= attempt or not string.match(attempt, '^%d+$') then return { 'fenced', length } end

local before = redis.call('GET', KEYS[4])
if before then return { 'appended', tonumber(before) } end
if meta[3] then return { 'sealed', length } end
if meta[4] then return { 'full', length } end
local finish = length + #ARGV[3]
if ARGV[5] == '0' and finish > tonumber(ARGV[4]) then return { 'overflow', length } end

local offset = string.format('%.0f', length)
local last = string.format('%.0f', finish)
local base = meta[1] == attempt and meta[2] or offset
redis.call('APPEND', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], 'operationType', operationType, 'attempt', attempt, 'base', base)
if ARGV[5] == '1' then redis.call('HSET', KEYS[2], 'full', '1') end
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('SET', KEYS[4], last, 'EX', ARGV[7])
local place = '"operationType":' .. cjson.encode(operationType) .. ',"attempt":' .. attempt
  .. ',"offset":' .. offset .. ',"end":' .. last
local header = table.concat({ ARGV[9], '-', '-', attempt, base, offset, last }, ' ')
redis.call('PUBLISH', ARGV[8], header .. '\n' .. ARGV[10] .. place .. ARGV[11])
return { 'appended', finish }
