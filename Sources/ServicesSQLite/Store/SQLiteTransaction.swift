import Services

/// What a closure may do within its transaction; not to be kept beyond the closure.
final class SQLiteTransaction {
    private let connection: SQLiteConnection
    private let clock: StoreClock
    private(set) var now: StoreTime
    private var counters: [StoreCounter: Int64] = [:]
    private var actions: [@Sendable () -> Void] = []

    init(connection: SQLiteConnection, clock: StoreClock) {
        self.connection = connection
        self.clock = clock
        now = clock.now
    }

    var path: String { connection.path }

    /// Forgets everything of the transaction before.
    func begin() {
        actions = []
        counters = [:]
    }

    /// Takes numbers of a counter that nobody else gets.
    ///
    /// Read once and stored once per transaction, however many closures it has.
    ///
    /// - Parameters:
    ///   - counter: which one.
    ///   - count: how many, at least 1.
    /// - Returns: the last of them.
    /// - Throws: `ServicesError` when the store cannot do it.
    func next(_ counter: StoreCounter, count: Int = 1) throws(ServicesError) -> Int64 {
        var last = counters[counter] ?? 0
        if last == 0 { last = try counter.load(self) }
        counters[counter] = last + Int64(count)
        return last + Int64(count)
    }

    func storeCounters() throws(ServicesError) {
        for (counter, value) in counters { try counter.store(value, self) }
    }

    /// Reads the clock for the next closure, so that times rise with the order of the transactions.
    func advance() {
        now = clock.now
    }

    @discardableResult
    func run(_ sql: SQL, _ values: SQLiteValue...) throws(ServicesError) -> Int {
        try connection.run(sql, values)
    }

    func rows<Value>(
        _ sql: SQL,
        _ values: SQLiteValue...,
        make: (SQLiteRow) throws(ServicesError) -> Value?
    ) throws(ServicesError) -> [Value] {
        try connection.rows(sql, values, make)
    }

    func first<Value>(
        _ sql: SQL,
        _ values: SQLiteValue...,
        make: (SQLiteRow) throws(ServicesError) -> Value
    ) throws(ServicesError) -> Value? {
        try connection.first(sql, values, make)
    }

    @discardableResult
    func run(_ sql: SQL, values: [SQLiteValue]) throws(ServicesError) -> Int {
        try connection.run(sql, values)
    }

    func first<Value>(
        _ sql: SQL,
        values: [SQLiteValue],
        make: (SQLiteRow) throws(ServicesError) -> Value
    ) throws(ServicesError) -> Value? {
        try connection.first(sql, values, make)
    }

    func runScript(_ text: String) throws(ServicesError) {
        try connection.runScript(text)
    }

    /// The id SQLite gave to the row that was inserted last.
    var lastID: Int64 { connection.lastID }

    /// Runs the action after the commit, and not at all when the closure's work is rolled back.
    func afterCommit(_ action: @escaping @Sendable () -> Void) {
        actions.append(action)
    }

    /// How many actions wait for the commit.
    var mark: Int { actions.count }

    /// Forgets the actions of a closure that was rolled back.
    func forgetActions(from mark: Int) {
        actions.removeSubrange(mark...)
    }

    func takeActions() -> [@Sendable () -> Void] {
        defer { actions = [] }
        return actions
    }
}
