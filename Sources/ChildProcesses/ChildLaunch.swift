import Glibc

/// The words that are really executed for a command: keeper, then sandbox, then the program itself.
struct ChildLaunch: Sendable, Hashable {
    let path: String
    let arguments: [String]
    /// The process that is started is a keeper, which ends the rest of the tree by itself.
    let isKept: Bool
    /// The process that is started is a sandbox around the command, without a keeper.
    let isWrapper: Bool

    static func prepare(
        _ command: ChildCommand,
        keeper: [String]?,
        sandbox: SandboxPolicy?,
        grace: Duration
    ) throws(ChildProcessError) -> ChildLaunch {
        guard let program = command.arguments.first, !program.isEmpty else { throw .emptyCommand() }
        guard ExecutableSearch.isFolder(command.workingDirectory) else {
            throw .workingDirectoryMissing(command.workingDirectory, program: program)
        }
        let path = try executable(program, of: command)
        var words = [path] + command.arguments.dropFirst()
        var keeperOptions = KeeperOptions(
            parent: getpid(),
            graceInMilliseconds: grace.inMilliseconds,
            command: words
        )
        if let sandbox {
            switch sandbox.kind {
            case .none: break
            case .bubblewrap:
                let searchPath = command.environment["PATH"]
                guard let bubblewrap = ExecutableSearch.locate("bwrap", searchPath: searchPath) else {
                    throw .sandboxUnavailable(.bubblewrap, program: program, why: "`bwrap` is not installed")
                }
                let arguments = BubblewrapArguments(policy: sandbox, workingDirectory: command.workingDirectory)
                words = [bubblewrap] + arguments.words + ["--"] + words
                keeperOptions.isWrapper = true
            case .landlock:
                guard keeper != nil else {
                    throw .sandboxUnavailable(.landlock, program: program, why: "it needs the keeper process")
                }
                keeperOptions.landlockPaths = LandlockRules.writablePaths(of: sandbox)
            }
        }
        guard let keeper, let keeperProgram = keeper.first else {
            return ChildLaunch(
                path: words[0],
                arguments: Array(words.dropFirst()),
                isKept: false,
                isWrapper: keeperOptions.isWrapper
            )
        }
        keeperOptions.command = words
        return ChildLaunch(
            path: keeperProgram,
            arguments: keeper.dropFirst() + keeperOptions.arguments,
            isKept: true,
            isWrapper: false
        )
    }

    private static func executable(_ program: String, of command: ChildCommand) throws(ChildProcessError) -> String {
        let searchPath = command.environment["PATH"]
        let folder = command.workingDirectory
        if let path = ExecutableSearch.locate(program, searchPath: searchPath, relativeTo: folder) { return path }
        let path = ExecutableSearch.absolute(program, in: folder)
        if program.contains("/"), ExecutableSearch.exists(path) {
            throw .executableNotRunnable(program, path: path)
        }
        throw .executableNotFound(program, searchPath: searchPath)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    var inMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
