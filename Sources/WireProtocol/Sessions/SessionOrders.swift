import HubCore

/// The body of `POST /api/v1/sessions`: all of it may be left out.
package struct OpenSessionOrder: Sendable {
    package var server: String?
    package var name: String?
    package var profile: String?
    package var workingDirectory: String?
    package var size: TerminalSize

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        server = try fields.string("server")
        name = try fields.string("name")
        profile = try fields.string("profile")
        workingDirectory = try fields.string("working_directory")
        size = try SizeOrder.size(fields) ?? .standard
    }
}

/// The body of `POST …/resize`.
package struct SizeOrder: Sendable {
    package var size: TerminalSize

    package init(json: JSONValue) throws(WireFault) {
        guard let size = try Self.size(try Fields(json)) else { throw WireFault("cols and rows are missing") }
        self.size = size
    }

    static func size(_ fields: Fields) throws(WireFault) -> TerminalSize? {
        let (columns, rows) = (try fields.int("cols"), try fields.int("rows"))
        guard columns != nil || rows != nil else { return nil }
        guard let size = TerminalSize(columns: columns ?? TerminalSize.standard.columns, rows: rows ?? TerminalSize.standard.rows) else {
            throw WireFault(TerminalSize.rule)
        }
        return size
    }
}

/// The body of `POST …/input`: a text (with `submit`, which is true unless said otherwise), keys by name, or bytes in base64.
package struct InputOrder: Sendable {
    package enum Input: Hashable, Sendable {
        case text(String, submit: Bool)
        case keys([String])
        case bytes([UInt8])
    }

    package static let maximumBytes = 65_536

    package var input: Input

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        let (text, keys, data) = (try fields.string("text"), try fields.strings("keys", limit: 64), try fields.string("data"))
        switch (text, keys, data) {
        case (let text?, nil, nil):
            guard text.utf8.count <= Self.maximumBytes else { throw WireFault("text has more than \(Self.maximumBytes) bytes") }
            input = .text(text, submit: try fields.bool("submit") ?? true)
        case (nil, let keys?, nil): input = .keys(keys)
        case (nil, nil, .some): input = .bytes(try fields.bytes("data"))
        default: throw WireFault("one of text, keys and data is needed")
        }
        if case .bytes(let bytes) = input, bytes.count > Self.maximumBytes {
            throw WireFault("data has more than \(Self.maximumBytes) bytes")
        }
    }
}
