/// Decides where a link of an untrusted page may lead.
enum LinkTarget {
    /// The address as it may stand in the page, or `nil` for one that could do more than lead somewhere.
    static func checked(_ address: String, base: String?) -> String? {
        guard !address.isEmpty,
            !address.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x5C })
        else { return nil }
        let scheme = address.prefix { $0 != ":" && $0 != "/" && $0 != "?" && $0 != "#" }
        if scheme.endIndex < address.endIndex, address[scheme.endIndex] == ":" {
            return ["http", "https", "mailto"].contains(scheme.lowercased()) ? address : nil
        }
        // Without a scheme, two slashes lead to another machine.
        if address.hasPrefix("//") { return nil }
        if address.hasPrefix("#") || address.hasPrefix("/") { return address.hasPrefix("/") ? nil : address }
        guard let base else { return address }
        return base + address
    }
}
