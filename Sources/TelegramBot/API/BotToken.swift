import Foundation

/// A bot's token as @BotFather gives it: `<numeric id>:<secret>`. Prints without the secret.
package struct BotToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user id of the bot.
    package let id: Int64
    /// The whole token. Goes into URLs only; never into a log, an error or a chat.
    package let secret: String

    /// - Returns: `nil` unless `text`, without surrounding white space, has the form of a token.
    package init?(_ text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count <= 16, parts[0].allSatisfy({ $0.isASCII && $0.isNumber }), let id = Int64(parts[0]), id > 0,
            (10...128).contains(parts[1].count), parts[1].utf8.allSatisfy(Self.isSecretByte)
        else { return nil }
        (self.id, secret) = (id, text)
    }

    package var description: String { "\(id):***" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }

    fileprivate static func isSecretByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// `text` with everything that looks like a bot token replaced: at least six digits, a colon, at least ten characters of a secret.
    package static func redacting(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: ":")) else { return text }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            result.append(bytes[index])
            guard bytes[index] == UInt8(ascii: ":") else {
                index += 1
                continue
            }
            let digits = result.dropLast().reversed().prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
            let secret = bytes[(index + 1)...].prefix(while: isSecretByte).count
            index += 1
            guard digits >= 6, secret >= 10 else { continue }
            result.append(contentsOf: "***".utf8)
            index += secret
        }
        return String(decoding: result, as: UTF8.self)
    }
}
