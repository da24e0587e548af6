import Glibc

extension SandboxKind {
    /// Finds the best mechanism that really works here, with the reason for the choice.
    ///
    /// Bubblewrap is tried by running it once with the options that an attempt uses; Landlock by asking the kernel.
    ///
    /// `searchPath`: where `bwrap` is looked for.
    ///
    /// `isKeeping`: the runner has a keeper, without which Landlock cannot be applied.
    package static func detect(
        searchPath: String = ExecutableSearch.defaultSearchPath,
        isKeeping: Bool = true
    ) async -> (kind: SandboxKind, why: String) {
        let complaint: String
        switch await probeBubblewrap(searchPath: searchPath) {
        case nil: return (.bubblewrap, "`bwrap` works")
        case let why?: complaint = why
        }
        let version = LandlockRules.interfaceVersion()
        // Version 1 cannot allow a rename from one folder to another, which git and build tools need.
        if isKeeping, version >= 2 { return (.landlock, "\(complaint); the kernel has Landlock version \(version)") }
        let kernel = version >= 2 ? "Landlock needs the keeper process" : "the kernel has no usable Landlock"
        return (.none, "\(complaint); \(kernel)")
    }

    /// - Returns: `nil` when it works, else why not.
    private static func probeBubblewrap(searchPath: String) async -> String? {
        guard ExecutableSearch.locate("bwrap", searchPath: searchPath) != nil else { return "`bwrap` is not installed" }
        let command = ChildCommand(
            arguments: ["true"],
            environment: ["PATH": searchPath],
            workingDirectory: "/"
        )
        do {
            let output = try await ChildRunner().collect(
                command,
                limits: ChildLimits(wallClock: .seconds(10), grace: .seconds(1)),
                sandbox: SandboxPolicy(kind: .bubblewrap)
            )
            guard !output.ending.isSuccess else { return nil }
            let why = output.errorText.split(separator: "\n").last.map(String.init) ?? "no message"
            return "`bwrap` does not work here: \(why)"
        } catch {
            return "`bwrap` does not work here: \(error.message)"
        }
    }
}
