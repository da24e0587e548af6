import ArgumentParser

/// What every verb of the stores takes.
struct StoreFlags: ParsableArguments {
    @Flag(help: "Print the result as JSON: one object, or one per line for lists.")
    var json = false
}
