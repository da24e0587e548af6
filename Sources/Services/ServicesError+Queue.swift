extension ServicesError {
    /// A purge of jobs that somebody works on.
    package static func cannotPurge(_ state: JobState) -> ServicesError {
        ServicesError(
            code: .invalidRequest,
            message: "Jobs in the state '\(state.rawValue)' cannot be purged: a worker holds them.",
            hint: "cancel them first"
        )
    }
}
