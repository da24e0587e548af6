extension ServicesError {
    /// A driver that answered fewer requests than it was asked.
    static func missingAnswer(_ service: String) -> ServicesError {
        ServicesError(code: .storeRefused, message: "The store of the \(service) left a request unanswered.")
    }

    /// A claim that could not be renewed, or was taken over, while its owner was at work.
    static func claimLost(_ key: IdempotencyKey) -> ServicesError {
        ServicesError(
            code: .leaseLost,
            message: "The claim of the key '\(key.key)' ended before its work did.",
            hint:
                "its answer was not stored, and another caller may execute. Use a longer lease where work pauses for long"
        )
    }
}
