/// The tables of a store and their versions.
package protocol SchemaDriver: Sendable {
    /// What is there and what this program wants; changes nothing.
    func status() async throws(ServicesError) -> SchemaStatus

    /// Applies what is missing, in order, all or nothing, under a lock all processes respect.
    ///
    /// - Returns: the migrations that were applied now.
    /// - Throws: `ServicesError` with the code `schemaNewer` when the store is ahead of this program.
    func migrate() async throws(ServicesError) -> [SchemaMigration]
}

package struct SchemaMigration: Hashable, Sendable {
    /// Counted from 1 without gaps.
    package let number: Int
    package let name: String
    /// `nil`: not applied.
    package var appliedAt: StoreTime?

    package init(number: Int, name: String, appliedAt: StoreTime? = nil) {
        self.number = number
        self.name = name
        self.appliedAt = appliedAt
    }
}

package struct SchemaStatus: Hashable, Sendable {
    /// Where the tables are, without credentials.
    package let store: String
    /// All migrations this program knows, and unknown ones it found, by number.
    package let migrations: [SchemaMigration]
    /// Numbers in the store that this program does not know.
    package let unknown: [Int]

    package init(store: String, migrations: [SchemaMigration], unknown: [Int]) {
        self.store = store
        self.migrations = migrations
        self.unknown = unknown
    }

    package var pending: [SchemaMigration] { migrations.filter { $0.appliedAt == nil } }
    package var isCurrent: Bool { pending.isEmpty && unknown.isEmpty }
}

extension ServicesError {
    /// A store whose tables an older or a newer program made.
    package static func otherSchema(_ status: SchemaStatus) -> ServicesError {
        if let newest = status.unknown.max() {
            return ServicesError(
                code: .schemaNewer,
                message:
                    "The store '\(status.store)' has the schema \(newest), made by a newer program; this one knows "
                    + "schemas up to \(status.migrations.count - status.unknown.count).",
                hint: "update this program"
            )
        }
        let count = status.pending.count
        return ServicesError(
            code: .schemaMissing,
            message: "The store '\(status.store)' was made by an older program: \(count) of \(status.migrations.count) "
                + "migrations \(count == 1 ? "is" : "are") missing.",
            hint: "run 'switchyard db migrate' when no program of the older version is at work on it"
        )
    }
}
