import Glibc

/// Finds programs the way a shell does, in a search path that is passed in.
package enum ExecutableSearch {
    /// The search path of a child without `PATH`.
    package static let defaultSearchPath = "/usr/local/bin:/usr/bin:/bin"

    /// The absolute path of the program, or `nil` when no folder of the search path holds it as an executable file.
    ///
    /// A name with a slash is taken as a path relative to `folder`; it is returned only when it is executable.
    package static func locate(_ program: String, searchPath: String?, relativeTo folder: String = "/") -> String? {
        guard !program.contains("/") else {
            let path = absolute(program, in: folder)
            return isExecutable(path) ? path : nil
        }
        // Empty and relative entries would make the result depend on the current folder: left out.
        for entry in (searchPath ?? defaultSearchPath).split(separator: ":") where entry.hasPrefix("/") {
            let path = entry.hasSuffix("/") ? entry + program : entry + "/" + program
            if isExecutable(String(path)) { return String(path) }
        }
        return nil
    }

    static func absolute(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0 && !isFolder(path)
    }
}
