/// What a keeper is told on its command line.
struct KeeperOptions: Sendable, Hashable {
    /// The process whose death ends everything.
    var parent: Int32
    /// Time between SIGTERM and SIGKILL.
    var graceInMilliseconds: Int64
    /// The first process is a sandbox around the command: SIGTERM goes to what is inside, because ending the sandbox
    /// itself would kill the inside without a grace period.
    var isWrapper = false
    /// Paths below which writing is allowed; `nil` for no Landlock rules.
    var landlockPaths: [String]?
    var command: [String]

    init(parent: Int32, graceInMilliseconds: Int64, command: [String]) {
        self.parent = parent
        self.graceInMilliseconds = graceInMilliseconds
        self.command = command
    }

    /// The words from which ``init(arguments:)`` makes the same value.
    var arguments: [String] {
        var words = ["--parent", "\(parent)", "--grace-ms", "\(graceInMilliseconds)"]
        if isWrapper { words.append("--wrapper") }
        if let landlockPaths {
            words.append("--landlock")
            words += landlockPaths.flatMap { ["--write", $0] }
        }
        return words + ["--"] + command
    }

    /// Reads the words after `keeper`; `nil` when they are not what ``arguments`` makes.
    init?(arguments: some Sequence<String>) {
        var parent: Int32?
        var grace: Int64?
        self.init(parent: 0, graceInMilliseconds: 0, command: [])
        var words = arguments.makeIterator()
        reading: while let word = words.next() {
            switch word {
            case "--parent": parent = words.next().flatMap { Int32($0) }
            case "--grace-ms": grace = words.next().flatMap { Int64($0) }
            case "--wrapper": isWrapper = true
            case "--landlock": landlockPaths = landlockPaths ?? []
            case "--write":
                guard let path = words.next() else { return nil }
                landlockPaths = (landlockPaths ?? []) + [path]
            case "--":
                while let rest = words.next() { command.append(rest) }
                break reading
            default: return nil
            }
        }
        guard let parent, let grace, parent > 0, grace >= 0, !command.isEmpty else { return nil }
        self.parent = parent
        graceInMilliseconds = grace
    }
}
