extension ChildProcessError {
    static func emptyCommand() -> ChildProcessError {
        ChildProcessError(
            code: .emptyCommand,
            message: "cannot start a command without words",
            hint: "give the program as the first word",
            program: nil
        )
    }

    static func executableNotFound(_ program: String, searchPath: String?) -> ChildProcessError {
        let place = program.contains("/") ? "no such file" : "not in PATH \"\(searchPath ?? "")\""
        return ChildProcessError(
            code: .executableNotFound,
            message: "cannot start \"\(program)\": \(place)",
            hint: "install it, or name it by its full path",
            program: program
        )
    }

    static func executableNotRunnable(_ program: String, path: String) -> ChildProcessError {
        ChildProcessError(
            code: .executableNotRunnable,
            message: "cannot start \"\(program)\": \"\(path)\" is not an executable file",
            hint: "run `chmod +x \(path)`, or name another program",
            program: program
        )
    }

    static func workingDirectoryMissing(_ path: String, program: String) -> ChildProcessError {
        ChildProcessError(
            code: .workingDirectoryMissing,
            message: "cannot start \"\(program)\" in \"\(path)\": the folder does not exist",
            hint: nil,
            program: program
        )
    }

    static func sandboxUnavailable(_ kind: SandboxKind, program: String, why: String) -> ChildProcessError {
        ChildProcessError(
            code: .sandboxUnavailable,
            message: "cannot start \"\(program)\" in the sandbox \"\(kind.rawValue)\": \(why)",
            hint: "set `sandbox: off` to run without one",
            program: program
        )
    }

    static func spawnFailed(_ program: String, why: String) -> ChildProcessError {
        ChildProcessError(
            code: .spawnFailed,
            message: "cannot start \"\(program)\": \(why)",
            hint: nil,
            program: program
        )
    }

    static func supervisionFailed(_ program: String, why: String) -> ChildProcessError {
        ChildProcessError(
            code: .supervisionFailed,
            message: "lost track of \"\(program)\" while it ran: \(why)",
            hint: nil,
            program: program
        )
    }
}
