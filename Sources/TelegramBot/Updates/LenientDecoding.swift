extension KeyedDecodingContainer {
    /// The value, or `nil` where it is missing or of another shape: for what a message can do without.
    func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        try? decodeIfPresent(type, forKey: key)
    }

    /// The elements that decode, the others left out.
    func lenientArray<Value: Decodable>(_ type: Value.Type, _ key: Key) -> [Value] {
        lenient([Lenient<Value>].self, key)?.compactMap(\.value) ?? []
    }

    func flag(_ key: Key) -> Bool { lenient(Bool.self, key) ?? false }
}

private struct Lenient<Value: Decodable>: Decodable {
    let value: Value?
    init(from decoder: any Decoder) { value = try? Value(from: decoder) }
}
