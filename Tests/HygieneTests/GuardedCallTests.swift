import Testing

@Suite("Guarded calls")
struct GuardedCallTests {
    @Test("Nothing below Commands prints, exits, or reads the environment or the home folder")
    func lowerLayersAreQuiet() {
        let calls = #"(?<![\w.])(print|debugPrint|dump|exit|getenv|secure_getenv|setenv|unsetenv|NSHomeDirectory)\("#
        let reads =
            #"ProcessInfo\.processInfo\.(environment|arguments)|CommandLine\.arguments|homeDirectoryForCurrentUser"#
        let places = SourceTree.belowCommands.flatMap { $0.places(matching: calls) + $0.places(matching: reads) }
        #expect(places == [])
    }

    @Test("Nothing in Sources ends the program by mistake")
    func nothingTraps() {
        let traps = #"\bfatalError\(|\btry!|\bas! "#  // the pattern that finds them; it calls none
        #expect(SourceTree.sources.flatMap { $0.places(matching: traps) } == [])
    }

    @Test("A broken precondition carries its invariant")
    func preconditionsSayWhy() {
        let bare = #"\b(preconditionFailure\(\)|assertionFailure\(\)|precondition\([^,]*\)$)"#
        #expect(SourceTree.sources.flatMap { $0.places(matching: bare) } == [])
    }

    @Test("Short synchronous state is guarded by Lock, which the thread sanitizer understands")
    func locksAreOurs() {
        let places = SourceTree.sources.filter { $0.module != "Locking" }
            .flatMap { $0.places(matching: #"\bimport Synchronization\b|\bNSLock\(|\bpthread_mutex_init\("#) }
        #expect(places == [])
    }

    @Test("A task without an owner has its reason beside it")
    func bareTasksAreExplained() {
        let places = SourceTree.sources.flatMap { file -> [String] in
            let lines = file.lines
            return file.codeLines(matching: #"(?<![\w.])(?<!await )Task(\.detached)?( *\([^)]*\))? *\{"#)
                .filter { line in
                    // One reason may stand above two or three lines that belong together.
                    let around = lines[max(0, line.number - 4)..<line.number]
                    return !around.contains { $0.contains("//") }
                }
                .map(file.place)
        }
        #expect(places == [])
    }

    @Test("An unchecked promise to the compiler carries the invariant that makes it right")
    func uncheckedPromisesAreExplained() {
        let places = SourceTree.sources.flatMap { file -> [String] in
            let lines = file.lines
            return file.codeLines(matching: #"@unchecked Sendable|nonisolated\(unsafe\)"#)
                .filter { line in
                    let around = lines[max(0, line.number - 6)..<min(lines.count, line.number + 4)]
                    return !around.contains { $0.trimmed.hasPrefix("//") }
                }
                .map(file.place)
        }
        #expect(places == [])
    }

    @Test("Nothing is left to do without a decision record that says so")
    func nothingIsLeftOpen() {
        // Put together here, so that this file is no finding itself.
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        let open = (SourceTree.sources + SourceTree.tests + SourceTree.scripts).flatMap { file in
            file.lines.enumerated().filter { _, line in
                marks.contains { line.contains($0) } && !line.contains("docs/decisions/")
            }.map { "\(file.path):\($0.offset + 1): \($0.element.trimmed)" }
        }
        #expect(open == [])
    }
}
