import Agents
import Foundation
import Orchestrator
import RunModel
import Services

extension RunComposition {
    /// Runs keep off what other runs, and the ledger's `started` files, have in hand.
    func reservations(_ lock: LeaseLock, _ context: CommandContext) -> FileReservations {
        var options = FileReservations.Options()
        options.wait = settings.reservationWait
        let now = context.now
        let ledger = LedgerComposition(readingAt: place, settings: settings).ledger
        return FileReservations(lock: lock, repository: place.root, options: options) { tickets in
            // A ledger that cannot be read is told by 'dispatch'; a run does not wait for it.
            let checks = try? await ledger.read { session in
                var book = try LedgerBook(session)
                return try ReservationCheck.all(session, tickets: book.readTickets().map(\.ticket), now: now())
            }
            return (checks ?? []).filter { $0.state == .held && !tickets.contains($0.reservation.ticket) }
                .flatMap { check in
                    check.reservation.files.map { file in
                        FileReservations.Holding(
                            pattern: Self.pattern(file),
                            holder: "\(check.reservation.ticket) ('\(check.name)')"
                        )
                    }
                }
        }
    }

    /// A path as a `started` file names it: a file, a folder with its slash, or a glob.
    private static func pattern(_ text: String) -> PathPattern {
        if text.hasSuffix("/") { return PathPattern(kind: .folder, text: String(text.dropLast())) }
        return PathPattern(kind: text.contains(where: { "*?[{".contains($0) }) ? .glob : .path, text: text)
    }
}
