/// A parameter of a method, as documented.
struct Parameter: Sendable {
    enum Kind: Sendable {
        case integer, boolean, string, object, array
        /// A number, or `@username`.
        case chat
        /// An upload, or a string: `attach://<part>` or a `file_id`.
        case file
        /// An `InputMedia`; its file is a part of the form, named by `attach://<part>`, or known by its id.
        case media
    }

    let name: String
    let kind: Kind
    let isRequired: Bool

    static func required(_ name: String, _ kind: Kind) -> Parameter { .init(name: name, kind: kind, isRequired: true) }
    static func optional(_ name: String, _ kind: Kind) -> Parameter { .init(name: name, kind: kind, isRequired: false) }

    /// The value in its kind; text where it came in a query or a form, in which objects are JSON text.
    func value(of given: RequestBody.Value) throws(World.Refusal) -> JSON {
        switch given {
        case .upload: guard kind == .file else { throw wrongType }; return .null
        case .json(let value):
            switch (kind, value) {
            case (.integer, .integer), (.boolean, .bool), (.string, .string), (.object, .object), (.array, .array): return value
            case (.media, .object): return value
            case (.chat, .integer), (.chat, .string), (.file, .string): return value
            default: throw wrongType
            }
        case .text(let text):
            switch kind {
            case .string, .file: return .string(text)
            case .integer:
                guard let number = Int64(text) else { throw wrongType }
                return .integer(number)
            case .chat: return Int64(text).map { .integer($0) } ?? .string(text)
            case .boolean:
                switch text.lowercased() {
                case "true", "1", "yes": return true
                case "false", "0", "no", "": return false
                default: throw wrongType
                }
            case .object, .array, .media:
                guard let value = JSON(parsing: text.utf8) else { throw .badRequest("can't parse \(name) JSON object") }
                if kind != .array, value.object != nil { return value }
                if kind == .array, value.array != nil { return value }
                throw wrongType
            }
        }
    }

    private var wrongType: World.Refusal { .badRequest("parameter \"\(name)\" has a wrong type") }
}

/// The parameters of one call, checked against its method: none unknown, none missing, each of its kind.
struct Arguments: Sendable {
    private(set) var values: [String: JSON] = [:]
    private(set) var uploads: [String: RequestBody.Upload] = [:]

    init(_ body: RequestBody, for method: Method) throws(World.Refusal) {
        let known = Dictionary(uniqueKeysWithValues: method.parameters.map { ($0.name, $0) })
        for (name, given) in body.values.sorted(by: { $0.key < $1.key }) {
            if case .upload(let upload) = given { uploads[name] = upload }
            guard let parameter = known[name] else {
                // Parts named by attach://<name>.
                if case .upload = given, method.parameters.contains(where: { $0.kind == .file || $0.kind == .media }) { continue }
                throw .badRequest("unknown parameter \"\(name)\"")
            }
            if given == .json(.null) { continue }
            let value = try parameter.value(of: given)
            if value != .null { values[name] = value }
        }
        for parameter in method.parameters where parameter.isRequired {
            guard values[parameter.name] != nil || uploads[parameter.name] != nil else {
                throw .badRequest(parameter.name == "text" ? "message text is empty" : "parameter \"\(parameter.name)\" is required")
            }
        }
    }

    /// These arguments with some of a nested object beside them.
    func with(_ nested: [String: JSON?]) -> Arguments {
        var result = self
        for (name, value) in nested { result.values[name] = value }
        return result
    }

    subscript(_ name: String) -> JSON? { values[name] }
    func string(_ name: String) -> String? { values[name]?.string }
    func integer(_ name: String) -> Int? { values[name]?.integer.map { Int($0) } }
    func flag(_ name: String) -> Bool { values[name]?.bool ?? false }
    /// The number of `chat_id`, if it was given as one.
    var chat: Int64? { values["chat_id"]?.integer }
}
