import Postgres
import Services

extension PostgresValue {
    /// A name or text that may hold NUL.
    static func name(_ text: String) -> PostgresValue { .text(StoredText.encode(text)) }

    static func name(_ text: String?) -> PostgresValue { text.map { .text(StoredText.encode($0)) } ?? .null }

    static func names(_ texts: [String]) -> PostgresValue { .texts(texts.map(StoredText.encode)) }

    static func names(_ texts: [String?]) -> PostgresValue { .texts(texts.map { $0.map(StoredText.encode) }) }

    static func count(_ number: Int) -> PostgresValue { .int(Int64(max(0, number))) }

    /// A duration as microseconds; bounded, so that adding it to the server's time stays within what it can represent.
    static func microseconds(_ duration: Duration) -> PostgresValue { .int(duration.storedMicroseconds) }

    static func time(_ time: StoreTime) -> PostgresValue { .timestamp(microseconds: time.microseconds) }
}

extension Duration {
    /// About a hundred years at most, in either direction.
    var storedMicroseconds: Int64 { min(max(wholeMicroseconds, -3_155_760_000_000_000), 3_155_760_000_000_000) }
}

extension PostgresRow {
    func name(_ column: Int) throws(PostgresError) -> String { StoredText.decode(try text(column)) }

    func optionalName(_ column: Int) throws(PostgresError) -> String? {
        try optionalText(column).map(StoredText.decode)
    }

    func time(_ column: Int) throws(PostgresError) -> StoreTime { StoreTime(microseconds: try timestamp(column)) }

    func optionalTime(_ column: Int) throws(PostgresError) -> StoreTime? {
        try optionalTimestamp(column).map { StoreTime(microseconds: $0) }
    }

    func duration(_ column: Int) throws(PostgresError) -> Duration { .microseconds(try int(column)) }

    func optionalDuration(_ column: Int) throws(PostgresError) -> Duration? {
        try optionalInt(column).map { .microseconds($0) }
    }
}
