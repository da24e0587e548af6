/// One value of a setting, whatever its kind.
enum SettingValue: Sendable, Hashable {
    case text(String)
    case integer(Int)
    /// US dollars.
    case amount(Double)
    case flag(Bool)
    case duration(Duration)
    case sizeInBytes(Int)
    case list([String])
    case store(StoreURL)
}
