import Cryptography
import Foundation
import HubService

/// A call as bytes in a column, sealed where it shows a secret.
enum StoredCall {
    private static let purpose = "telegram outbox"

    static func encode(_ call: OutgoingCall, with vault: Vault) throws -> (bytes: [UInt8], isSealed: Bool) {
        let json = try StoredJSON.bytes(call)
        guard call.vanishesAfter != nil else { return (Array(json), false) }
        return (try vault.seal(Secret(String(decoding: json, as: UTF8.self)), purpose: purpose), true)
    }

    static func decode(_ bytes: [UInt8], isSealed: Bool, with vault: Vault) throws -> OutgoingCall {
        let json = isSealed ? Data(try vault.open(bytes, purpose: purpose).revealed.utf8) : Data(bytes)
        return try JSONDecoder().decode(OutgoingCall.self, from: json)
    }
}
