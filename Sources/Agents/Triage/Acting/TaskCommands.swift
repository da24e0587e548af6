import RunModel

/// Tells which of a ticket's checks are commands that a run can execute, and which are for eyes.
enum TaskCommands {
    private static let programs: Set<String> = [
        "pnpm", "npm", "npx", "yarn", "bun", "make", "cargo", "go", "swift", "pytest", "python", "python3", "node",
        "deno", "mvn", "gradle",
        "./gradlew", "bundle", "rake", "rspec", "dotnet", "mix", "php", "composer", "sh", "bash", "ctest", "tox", "uv",
        "ruff", "eslint", "tsc", "vitest",
        "jest", "test", "grep", "just",
    ]

    /// The command of a check such as `` `npm test` passes ``; `nil` when it is none.
    static func command(_ check: String) -> String? {
        var text = check.trimmingSpace
        if text.hasPrefix("`"), let end = text.dropFirst().firstIndex(of: "`") {
            text = String(text[text.index(after: text.startIndex)..<end])
        }
        for ending in [
            " passes", " pass", " succeeds", " is green", " is clean", " completes", " works", " runs clean",
            " exits 0", " without errors", " with no errors",
        ] {
            if let range = text.firstRange(of: ending) { text = String(text[..<range.lowerBound]) }
        }
        text = text.trimmingSpace
        guard let program = text.split(separator: " ").first.map(String.init),
            programs.contains(program) || program.hasPrefix("./"), text.utf8.count < 300,
            !text.contains(where: { $0.isNewline || ";&|<>$`(){}\\".contains($0) })
        else { return nil }
        // A sentence that begins like a command: `test the toggle in both modes`.
        if program == "test" || program == "go" || program == "make" || program == "just" {
            guard
                !text.split(separator: " ").dropFirst().contains(where: {
                    ["the", "a", "that", "all", "with", "sure", "in"].contains($0.lowercased())
                })
            else {
                return nil
            }
        }
        return text
    }
}
