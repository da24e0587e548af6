import ArgumentParser

/// Where a verb takes its payload from: an argument, or standard input for `-`.
struct PayloadSource: ParsableArguments {
    @Argument(help: ArgumentHelp("The payload; '-' or nothing reads standard input.", valueName: "payload"))
    var payload: String = "-"

    /// The payload's bytes, at most as many as a store takes.
    func load(in context: CommandContext) async throws -> [UInt8] {
        payload == "-" ? try await context.input.load(limitInBytes: 64 << 20) : Array(payload.utf8)
    }
}
