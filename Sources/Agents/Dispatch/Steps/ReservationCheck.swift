package import Foundation
package import RunModel

/// Whether a `started` file still holds its files.
package struct ReservationCheck: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case held
        /// Its agent is done or dead.
        case expired(why: String)
    }

    /// Name of the file.
    package var name: String
    package var reservation: Reservation
    package var state: State

    /// Longest time a reservation holds without a sign of life; default 24 hours.
    package static let longest: TimeInterval = 24 * 3600

    /// Judges a reservation by its ticket and its age.
    ///
    /// `isAlive`: whether the agent was seen alive; `nil` when nothing is known of it.
    package init(name: String, reservation: Reservation, ticket: Ticket?, isAlive: Bool?, now: Date) {
        self.name = name
        self.reservation = reservation
        if isAlive == true {
            state = .held
        } else if let ticket, ticket.state?.isFinal == true {
            state = .expired(why: "ticket \(ticket.id) is \(ticket.state?.rawValue ?? "closed")")
        } else if isAlive == false {
            state = .expired(why: "its agent is gone")
        } else if let started = reservation.startedAt, now.timeIntervalSince(started) > Self.longest {
            state = .expired(
                why: "it is older than \(Int(Self.longest / 3600)) hours, and nobody was seen working on it"
            )
        } else {
            state = .held
        }
    }

    /// Reads and judges all reservations.
    package static func all(_ session: LedgerSession, tickets: [Ticket], now: Date) throws -> [ReservationCheck] {
        let byID = Dictionary(tickets.map { ($0.id, $0) }) { first, _ in first }
        var odd: [Finding] = []
        return try session.names(in: .started).compactMap { name in
            guard name.hasSuffix(".json"), let bytes = try session.read(name, in: .started),
                let document = try? LedgerDocument(parsing: bytes),
                let reservation = Reservation(reading: document.root, file: name, findings: &odd)
            else { return nil }
            return ReservationCheck(
                name: name,
                reservation: reservation,
                ticket: byID[reservation.ticket],
                isAlive: nil,
                now: now
            )
        }
    }
}
