/// A service's store that cannot be used.
package struct ServicesError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case lockStore = "lock_store"
    }

    package let code: Code
    package let message: String

    package var description: String { message }

    package static func lockStore(path: String, why: String) -> ServicesError {
        ServicesError(
            code: .lockStore,
            message: "The lock file '\(path)' cannot be used: \(why). Check the folder's owner and free space."
        )
    }
}
