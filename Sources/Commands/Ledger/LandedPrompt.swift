import Agents
import Foundation
import Orchestrator
import RunModel
import Terminal

/// A prompt of the ledger whose work a run has landed as a whole.
struct LandedPrompt: Sendable {
    /// The file's name in the folder of prompts.
    let name: String
    /// Whether the work lies where all work lands; a prompt may name a branch of its ticket instead.
    let isOnMain: Bool

    /// - Returns: `nil` when the run was started from another file, or some of its work was refused.
    init?(_ summary: RunSummary, in composition: RunComposition) {
        let record = summary.record
        guard summary.exitStatus == ExitStatus.success.rawValue, record.landed != nil, let created = record.created
        else {
            return nil
        }
        let place = composition.place
        let folder = composition.settings.ledgerLocations(at: place.root).folder(.prompts)
        name = (created.taskFile as NSString).lastPathComponent
        guard place.absolute(created.taskFile) == place.absolute(folder + "/" + name) else { return nil }
        isOnMain = created.plan.base == nil || created.plan.base == composition.settings.base
    }

    /// Puts the prompt away and moves its ticket along; says so to the person at the terminal.
    ///
    /// A ledger that cannot be changed now is told and changes nothing about the run: `dispatch` puts the prompt away
    /// later.
    func retire(in context: CommandContext, isTelling: Bool) async {
        let now = context.now()
        do {
            let outcome = try await LedgerComposition.with(context) { composition, _ in
                try await composition.ledger.edit { [name, isOnMain] session in
                    try PromptRetirement(now: now).retire(name, isOnMain: isOnMain, session)
                }
            }
            guard let outcome, isTelling else { return }
            var text = "Prompt '\(outcome.prompt)' is done and lies in \(outcome.archived)."
            if let ticket = outcome.ticket, let state = outcome.state {
                text += " Ticket \(ticket) is \(state.rawValue)."
            }
            context.talk.writeLine(text)
        } catch {
            context.talk.writeLine("The prompt '\(name)' is done, and could not be put away: \(error)")
        }
    }
}
