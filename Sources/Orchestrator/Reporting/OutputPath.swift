/// Finds on disk what is named relative to the repository where it lies inside, and absolutely where it does not.
enum OutputPath {
    static func resolve(_ path: String, in repository: String) -> String {
        path.hasPrefix("/") ? path : "\(repository)/\(path)"
    }
}
