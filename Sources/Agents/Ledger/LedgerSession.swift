package import Foundation
package import RunModel

/// The ledger's files in the hands of one piece of work; all calls block on the disk.
///
/// Given out by ``LedgerStore``; lives on its lane and not longer than the closure it was given to. Changes are on disk
/// when the call returns, in the order of the calls.
package final class LedgerSession {
    package let locations: LedgerLocations
    private let options: LedgerStore.Options
    /// Asked before every change; throws when the right to change has ended.
    private let permit: @Sendable (String) throws -> Void
    private var documents: [LedgerFile: LedgerDocument] = [:]

    init(
        locations: LedgerLocations,
        options: LedgerStore.Options,
        permit: @escaping @Sendable (String) throws -> Void
    ) {
        self.locations = locations
        self.options = options
        self.permit = permit
    }

    // MARK: Data files

    /// A data file as it is on disk now, read once per session; an empty one when it is missing.
    ///
    /// - Throws: `AgentsError` with the place of the mistake when it cannot be read; it stays as and where it is.
    package func document(_ file: LedgerFile) throws -> LedgerDocument {
        if let known = documents[file] { return known }
        guard let bytes = try read(file.rawValue, in: .data) else {
            let empty = Self.empty(file)
            documents[file] = empty
            return empty
        }
        do {
            let document = try LedgerDocument(parsing: bytes)
            documents[file] = document
            return document
        } catch  where error.code == .empty {
            let empty = Self.empty(file)
            documents[file] = empty
            return empty
        } catch {
            throw AgentsError.ledgerSyntax(locations.path(file.rawValue, in: .data), error)
        }
    }

    /// Writes a data file if it says something else than before.
    ///
    /// - Returns: whether it was written.
    @discardableResult
    package func save(_ document: LedgerDocument, as file: LedgerFile) throws -> Bool {
        guard document.isEdited else { return false }
        let bytes = document.bytes
        try write([(file.rawValue, bytes)], in: .data)
        // Read again, so that the next change is measured against what is on disk.
        documents[file] = try LedgerDocument(parsing: bytes)
        return true
    }

    private static func empty(_ file: LedgerFile) -> LedgerDocument {
        switch file {
        case .requeue:
            LedgerDocument([
                "description": "Tickets that wait for tooling; dispatch puts them back when it has landed.",
                "entries": [],
            ])
        default: LedgerDocument(.object([(file.list, .list([]))]))
        }
    }

    // MARK: Files

    /// Names of the plain files in a folder, sorted; empty when it is missing.
    package func names(in place: LedgerLocations.Place) throws -> [String] {
        guard let folder = try folder(place, isMaking: false) else { return [] }
        return try folder.names()
    }

    /// Names of the folders in a folder, sorted; empty when it is missing.
    package func folderNames(in place: LedgerLocations.Place) throws -> [String] {
        guard let folder = try folder(place, isMaking: false) else { return [] }
        return try folder.folderNames()
    }

    /// A file's bytes; `nil` when it is missing.
    package func read(_ name: String, in place: LedgerLocations.Place) throws -> [UInt8]? {
        guard LedgerName.isSafe(name) else { throw AgentsError.ledgerName(name) }
        guard let folder = try folder(place, isMaking: false) else { return nil }
        return try folder.read(name, limitInBytes: options.largestFileInBytes)
    }

    /// Writes files of one folder atomically, over what stands there.
    package func write(_ files: [(name: String, bytes: [UInt8])], in place: LedgerLocations.Place) throws {
        guard !files.isEmpty else { return }
        for file in files {
            guard LedgerName.isSafe(file.name) else { throw AgentsError.ledgerName(file.name) }
        }
        try permit("write \(locations.path(files[0].name, in: place))")
        guard let folder = try folder(place, isMaking: true) else { return }
        try folder.write(files)
    }

    /// Writes one text file atomically, over what stands there.
    package func write(_ text: String, to name: String, in place: LedgerLocations.Place) throws {
        try write([(name, Array(text.utf8))], in: place)
    }

    /// Moves a file, byte for byte, into another folder; a taken name gets a number.
    ///
    /// A file that is in the target already, because a move was cut off in its middle, loses only its old name.
    ///
    /// - Returns: the name it has there; `nil` when there is no such file (any more).
    @discardableResult
    package func move(
        _ name: String,
        from place: LedgerLocations.Place,
        to target: LedgerLocations.Place
    ) throws -> String? {
        guard LedgerName.isSafe(name) else { throw AgentsError.ledgerName(name) }
        try permit("move \(locations.path(name, in: place))")
        guard let source = try folder(place, isMaking: false), source.contains(name),
            let end = try folder(target, isMaking: true)
        else { return nil }
        let bytes = try source.read(name, limitInBytes: options.largestFileInBytes)
        for number in 1...1_000 {
            let free = LedgerName.numbered(name, number)
            if try source.move(name, to: end, as: free) { return free }
            guard source.contains(name) else { return nil }
            if let bytes, try end.read(free, limitInBytes: options.largestFileInBytes) == bytes {
                source.remove(name)
                return free
            }
        }
        throw AgentsError.ledgerUnwritable(locations.path(name, in: target), why: "a thousand files have that name")
    }

    /// Moves a file that cannot be used out of the way, with a page beside it that says why.
    ///
    /// - Returns: the name it has in the quarantine; `nil` when there is no such file (any more).
    @discardableResult
    package func quarantine(
        _ name: String,
        from place: LedgerLocations.Place,
        why: String,
        on date: Date
    ) throws -> String? {
        let target = LedgerLocations.Place.quarantine(day: LedgerStamp.day(date))
        let page = """
            # \(name)

            This file lay in `\(locations.folder(place))` and could not be used: \(why)

            Nothing in it was changed. Mend it and move it back, or leave it here.

            Moved on \(LedgerStamp.text(date)).

            """
        // The page first: a file in the quarantine always has its reason beside it.
        try write(page, to: LedgerName.limited(name, suffix: ".why.md"), in: target)
        return try move(name, from: place, to: target)
    }

    private func folder(_ place: LedgerLocations.Place, isMaking: Bool) throws -> LedgerFolder? {
        try LedgerFolder.open(locations.folder(place), in: locations.repository, isMaking: isMaking)
    }
}
