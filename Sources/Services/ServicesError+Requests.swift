extension ServicesError {
    /// A store that is away.
    package static func unavailable(_ store: String, why: String, cause: String? = nil) -> ServicesError {
        ServicesError(
            code: .storeUnavailable,
            message: "The store '\(store)' cannot be reached: \(why).",
            hint: "check that it runs and that its URL is right: switchyard health",
            cause: cause
        )
    }

    /// A name that is empty or too long.
    package static func invalidName(_ what: String, sizeInBytes: Int, limitInBytes: Int) -> ServicesError {
        ServicesError(
            code: .invalidRequest,
            message: sizeInBytes == 0
                ? "The \(what) is empty."
                : "The \(what) has \(sizeInBytes) bytes; at most \(limitInBytes) are allowed.",
            hint: sizeInBytes == 0 ? "give a name" : "shorten it, or use a digest of it"
        )
    }

    /// A payload above the limit.
    package static func tooLarge(_ what: String, sizeInBytes: Int, limitInBytes: Int) -> ServicesError {
        ServicesError(
            code: .invalidRequest,
            message: "The \(what) has \(sizeInBytes) bytes; at most \(limitInBytes) are allowed.",
            hint: "store it elsewhere and pass a reference to it"
        )
    }

    /// A number or duration outside its range.
    package static func outOfRange(
        _ what: String,
        _ value: some CustomStringConvertible,
        allowed: String
    ) -> ServicesError {
        ServicesError(
            code: .invalidRequest,
            message: "The \(what) is \(value); allowed is \(allowed)."
        )
    }

    /// A task that was cancelled while it waited for a store.
    package static let cancelled = ServicesError(code: .cancelled, message: "The request was cancelled by its caller.")

    /// A lock file that cannot be used.
    package static func lockStore(path: String, why: String) -> ServicesError {
        ServicesError(
            code: .storeUnavailable,
            message: "The lock file '\(path)' cannot be used: \(why).",
            hint: "check the folder's owner and free space"
        )
    }
}
