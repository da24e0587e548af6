import Glibc

/// Starts the keeper's child.
enum KeptChild {
    struct SpawnError: Error {
        let number: Int32
    }

    /// Starts the command in a session of its own, with default signal handling and the keeper's streams.
    static func spawn(_ command: [String]) -> Result<Int32, SpawnError> {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID; the header shows it only to GNU sources.
        let newSession: Int16 = 0x80
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | newSession)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, command[0], nil, &attributes, words, environ)
        return result == 0 ? .success(pid) : .failure(SpawnError(number: result))
    }
}
