import Redis
import Services

/// The cache's writes in Lua.
///
/// Per namespace, whose name is preceded by its length so that no two namespaces share a key: a hash per entry, which
/// Redis forgets by itself, and beside it what is needed to find entries: their keys in order, when each ends, their
/// sizes, the keys of each tag, and loads under way. What belongs to forgotten entries is swept by later writes.
enum CacheScript {
    /// `ARGV[1]` is what all keys begin with, `ARGV[2]` the namespace.
    private static let preamble = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local base, space = ARGV[1], ARGV[2]
        local room = #space .. ':' .. space
        local keys, ends, sizes = base .. 'keys:' .. room, base .. 'ends:' .. room, base .. 'sizes:' .. room
        local loads, spaces = base .. 'loads:' .. room, base .. 'namespaces'
        local function entryKey(key) return base .. 'entry:' .. room .. ':' .. key end
        local function tagKey(tag) return base .. 'tag:' .. room .. ':' .. tag end
        local function text(number) return string.format('%.0f', number) end
        -- The clock gives the versions, so that they rise even over a server that lost its data.
        local function nextVersion()
          local version = math.max(now, tonumber(redis.call('GET', base .. 'version') or '0') + 1)
          redis.call('SET', base .. 'version', text(version))
          return version
        end
        local function usableVersion(key)
          local v = redis.call('HMGET', entryKey(key), 'version', 'usable')
          if v[1] and tonumber(v[2]) > now then return tonumber(v[1]) end
          return nil
        end
        local function load(key)
          local value = redis.call('HGET', loads, key)
          if not value then return nil end
          local ended, version, first, holder = string.match(value, '^(%d+) (%d+) ([01]) (.*)$')
          return { ends = tonumber(ended), version = tonumber(version), isFirst = first == '1', holder = holder }
        end
        local function saveLoad(key, l)
          redis.call('HSET', loads, key,
            text(l.ends) .. ' ' .. text(l.version) .. ' ' .. (l.isFirst and '1' or '0') .. ' ' .. l.holder)
        end
        local function untag(key)
          local tags = redis.call('HGET', entryKey(key), 'tags')
          for _, tag in ipairs(tags and cmsgpack.unpack(tags) or {}) do redis.call('SREM', tagKey(tag), key) end
        end
        -- Removes an entry; says whether it was usable.
        local function remove(key)
          local version = usableVersion(key)
          untag(key)
          redis.call('UNLINK', entryKey(key))
          redis.call('ZREM', keys, key)
          redis.call('ZREM', ends, key)
          redis.call('HDEL', sizes, key)
          return version ~= nil
        end
        local function sweep(limit)
          local ended = redis.call('ZRANGEBYSCORE', ends, '-inf', text(now), 'LIMIT', 0, limit)
          for _, key in ipairs(ended) do remove(key) end
          return #ended
        end

        """

    /// Stores an entry, under a version or always.
    ///
    /// `ARGV`: key, has value (1 or 0), value, fresh for, usable for, load time, version or empty, tags...
    /// Times in microseconds. Answers the new version, or nil.
    static let store = RedisScript(
        name: "cache store",
        source: preamble + """
            local key, fresh, usable = ARGV[3], tonumber(ARGV[6]), tonumber(ARGV[7])
            local l = load(key)
            if ARGV[9] ~= '' then
              local wanted, present = tonumber(ARGV[9]), usableVersion(key)
              if present then
                if present ~= wanted then return nil end
              elseif wanted ~= 0 and not (l and l.isFirst and l.version == wanted) then
                return nil
              end
            end
            if l and l.isFirst then
              l.isFirst = false
              saveLoad(key, l)
            end
            sweep(8)
            untag(key)
            local entry, version, tags = entryKey(key), nextVersion(), {}
            for i = 10, #ARGV do tags[#tags + 1] = ARGV[i] end
            redis.call('UNLINK', entry)
            redis.call('HSET', entry, 'version', text(version), 'fresh', text(now + fresh),
              'usable', text(now + usable), 'load', ARGV[8], 'tags', cmsgpack.pack(tags))
            if ARGV[4] == '1' then redis.call('HSET', entry, 'value', ARGV[5]) end
            local milliseconds = math.floor(usable / 1000) + 1
            redis.call('PEXPIRE', entry, text(milliseconds))
            for _, tag in ipairs(tags) do
              redis.call('SADD', tagKey(tag), key)
              if redis.call('PTTL', tagKey(tag)) < milliseconds then
                redis.call('PEXPIRE', tagKey(tag), text(milliseconds))
              end
            end
            redis.call('ZADD', keys, 0, key)
            redis.call('ZADD', ends, text(now + usable), key)
            redis.call('HSET', sizes, key, #ARGV[5] + #key)
            redis.call('SADD', spaces, space)
            return text(version)
            """
    )

    /// Removes entries and voids loads.
    ///
    /// `ARGV`: kind, key or tag, upper end of the prefix, most entries. Answers how many were usable, and how many
    /// entries were looked at.
    static let invalidate = RedisScript(
        name: "cache invalidate",
        source: preamble + """
            local kind, name, limit = ARGV[3], ARGV[4], tonumber(ARGV[6])
            local found
            if kind == 'key' then
              found = { name }
              redis.call('HDEL', loads, name)
            elseif kind == 'tag' then
              found = redis.call('SRANDMEMBER', tagKey(name), limit)
            else
              found = redis.call('ZRANGEBYLEX', keys, '[' .. name, '(' .. ARGV[5], 'LIMIT', 0, limit)
            end
            if kind ~= 'key' then
              for _, key in ipairs(redis.call('HKEYS', loads)) do
                local isMeant = kind == 'tag' and load(key).isFirst
                  or kind == 'prefix' and string.sub(key, 1, #name) == name
                if isMeant then redis.call('HDEL', loads, key) end
              end
            end
            local count = 0
            for _, key in ipairs(found) do
              if remove(key) then count = count + 1 end
              -- An entry that was forgotten and stored anew without the tag leaves its old mark behind.
              if kind == 'tag' then redis.call('SREM', tagKey(name), key) end
            end
            return { count, #found }
            """
    )

    /// Gives one holder the right to compute.
    ///
    /// `ARGV`: key, holder, lease in microseconds. Answers the version, or nil.
    static let beginLoad = RedisScript(
        name: "cache begin load",
        source: preamble + """
            local key, lease = ARGV[3], tonumber(ARGV[5])
            local l = load(key)
            if l and l.ends > now then return nil end
            -- A loader slower than its lease may store all the same.
            local grace = \(CacheTimes.loadGrace.wholeMicroseconds)
            if redis.call('HLEN', loads) >= 1024 then
              for _, other in ipairs(redis.call('HKEYS', loads)) do
                if load(other).ends + grace <= now then redis.call('HDEL', loads, other) end
              end
            end
            local present = usableVersion(key)
            local version = present or l and l.isFirst and l.version or nextVersion()
            saveLoad(key, { ends = now + lease, version = version, isFirst = present == nil, holder = ARGV[4] })
            local milliseconds = math.floor((lease + grace) / 1000) + 1
            if redis.call('PTTL', loads) < milliseconds then redis.call('PEXPIRE', loads, text(milliseconds)) end
            return text(version)
            """
    )

    /// Ends that right.
    ///
    /// `ARGV`: key, holder.
    static let endLoad = RedisScript(
        name: "cache end load",
        source: preamble + """
            local l = load(ARGV[3])
            if l and l.holder == ARGV[4] then redis.call('HDEL', loads, ARGV[3]) end
            return 1
            """
    )

    /// Counts a namespace and sweeps what belongs to forgotten entries.
    ///
    /// `ARGV`: most entries to sweep. Answers entries, bytes and how many were swept.
    static let usage = RedisScript(
        name: "cache usage",
        source: preamble + """
            local swept = sweep(tonumber(ARGV[3]))
            local size = 0
            for _, value in ipairs(redis.call('HVALS', sizes)) do size = size + value end
            local count = redis.call('ZCARD', keys)
            if count == 0 then redis.call('SREM', spaces, space) end
            return { count, size, swept }
            """
    )
}
