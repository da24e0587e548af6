import ArgumentParser
import RunModel

/// Flags that override settings for one run.
struct RunFlags: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Engine for agents whose task file names none.", valueName: "name"))
    var engine: String?

    @Option(help: ArgumentHelp("Agents at work at the same time (1 to 256).", valueName: "n"))
    var maxParallel: Int?

    @Flag(help: "Land the result, but push nothing.")
    var noPush = false

    @Flag(inversion: .prefixedNo, help: "Run the tests once on the base, to know what fails already.")
    var baseline: Bool?

    @Option(help: ArgumentHelp("Sandbox for agents: auto, off or required.", valueName: "mode"))
    var sandbox: String?

    @OptionGroup var budget: BudgetFlags

    @OptionGroup var display: DisplayFlags

    /// The flags that were given, as values of settings.
    ///
    /// - Throws: A usage failure for a value that is not of the setting's kind.
    func settings() throws(CommandFailure) -> [String: (value: SettingValue, name: String)] {
        var values = try display.settings().merging(try budget.settings()) { $1 }
        if let engine { values["engine"] = (try Self.value(engine, "engine", "--engine"), "--engine") }
        if let maxParallel {
            values["max_parallel"] = (
                try Self.value(String(maxParallel), "max_parallel", "--max-parallel"), "--max-parallel"
            )
        }
        if noPush { values["push"] = (.flag(false), "--no-push") }
        if let baseline { values["baseline"] = (.flag(baseline), baseline ? "--baseline" : "--no-baseline") }
        if let sandbox { values["sandbox"] = (try Self.value(sandbox, "sandbox", "--sandbox"), "--sandbox") }
        return values
    }

    /// Reads a flag's text by the kind its setting has.
    static func value(_ text: String, _ key: String, _ flag: String) throws(CommandFailure) -> SettingValue {
        guard let entry = SettingTable.entry(key), let value = entry.kind.value(from: text) else {
            throw .usage(
                "'\(flag) \(text)' is not possible: it takes \(SettingTable.entry(key)?.kind.expectation ?? "a value")."
            )
        }
        return value
    }
}

/// What all agents of a run may use up.
struct BudgetFlags: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Start no agent once all have used that many tokens.", valueName: "n"))
    var budgetTokens: String?

    @Option(help: ArgumentHelp("Start no agent once all have cost that many US dollars.", valueName: "amount"))
    var budgetUsd: String?

    func settings() throws(CommandFailure) -> [String: (value: SettingValue, name: String)] {
        var values: [String: (value: SettingValue, name: String)] = [:]
        for (text, key, flag) in [
            (budgetTokens, "budget.run_tokens", "--budget-tokens"), (budgetUsd, "budget.run_usd", "--budget-usd"),
        ] {
            if let text { values[key] = (try RunFlags.value(text, key, flag), flag) }
        }
        return values
    }
}

extension BudgetFlags {
    /// The limits that were given, for a run that has its other options already.
    func limits() throws(CommandFailure) -> RunBudget {
        var budget = RunBudget()
        for (key, given) in try settings() {
            switch given.value {
            case .integer(let tokens) where key == "budget.run_tokens": budget.runTokens = tokens
            case .amount(let dollars) where key == "budget.run_usd": budget.runCost = dollars
            default: continue
            }
        }
        return budget
    }
}

/// How progress is shown.
struct DisplayFlags: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Show progress as tty, plain, json or quiet; auto chooses.", valueName: "kind"))
    var display: String?

    @Flag(name: [.short, .long], help: "Show errors and the result only; the same as --display quiet.")
    var quiet = false

    func settings() throws(CommandFailure) -> [String: (value: SettingValue, name: String)] {
        if let display { return ["display": (try RunFlags.value(display, "display", "--display"), "--display")] }
        return quiet ? ["display": (.text("quiet"), "--quiet")] : [:]
    }
}
