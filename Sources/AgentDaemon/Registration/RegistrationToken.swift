import Cryptography

/// `orcreg_<base64url of the hub's address>.<secret>` (agent protocol, section 1.1).
package struct RegistrationToken: Sendable {
    /// The whole text: what the hub gets back.
    package let secret: Secret
    /// The hub's address, as it is.
    package let hub: String

    package init?(_ text: String) {
        let prefix = "orcreg_"
        guard text.hasPrefix(prefix), let dot = text.firstIndex(of: "."), !text.contains(where: \.isWhitespace) else { return nil }
        var encoded = text[..<dot].dropFirst(prefix.count)
        while encoded.last == "=" { encoded.removeLast() }
        guard let bytes = Base64.url.decode(String(encoded)), let hub = String(validating: bytes, as: UTF8.self),
            hub.lowercased().hasPrefix("http://") || hub.lowercased().hasPrefix("https://"), !hub.contains(where: \.isWhitespace)
        else { return nil }
        (secret, self.hub) = (Secret(text), hub)
    }
}
