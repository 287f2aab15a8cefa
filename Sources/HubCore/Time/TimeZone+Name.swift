import Foundation

extension TimeZone {
    /// The zone of an IANA name, whatever its case: `europe/berlin` is `Europe/Berlin`. `nil` for abbreviations and offsets, which say
    /// nothing about daylight saving time.
    package init?(named text: some StringProtocol) {
        let name = text.trimmed
        if name.uppercased() == "UTC" || name.uppercased() == "GMT" {
            self = .gmt
            return
        }
        guard name.contains("/"), let known = Self.knownTimeZoneIdentifiers.first(where: { $0.lowercased() == name.lowercased() }) else {
            return nil
        }
        self.init(identifier: known)
    }

    /// The IANA names that end in this city, or nearly: what somebody who wrote `Berlin` may have meant.
    package static func names(like text: some StringProtocol) -> [String] {
        let wanted = text.trimmed.lowercased().split(separator: "/").last.map { $0.replacing(" ", with: "_") } ?? ""
        guard wanted.count >= 3 else { return [] }
        return knownTimeZoneIdentifiers.filter { $0.lowercased().split(separator: "/").last?.hasPrefix(wanted) == true }.sorted()
    }
}
