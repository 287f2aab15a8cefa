import HubCore
import WireProtocol

/// The values that a template's arguments may have.
enum TemplateValue {
    /// `3`, `-2` or `2.5`, as written.
    static func number(_ text: String) -> JSONValue? {
        let text = text.withPlainPunctuation.trimmed
        guard text.utf8.count <= 32, let value = try? JSONValue(parsing: text), case .number = value, value.double != nil else {
            return nil
        }
        return value
    }

    /// Arguments of every kind that somebody could give: each choice, and each argument that need not be given once without.
    static func samples(of template: CommandTemplate) -> [[String: JSONValue]] {
        let base = Dictionary(
            template.parameters.map { ($0.name, $0.standard ?? sample($0)) }, uniquingKeysWith: { first, _ in first })
        var samples = [base]
        for parameter in template.parameters {
            for choice in parameter.choices { samples.append(base.merging([parameter.name: .string(choice)]) { $1 }) }
            if parameter.standard == nil, !parameter.isRequired {
                samples.append(base.merging([parameter.name: .null]) { $1 })
            }
        }
        return samples
    }

    private static func sample(_ parameter: CommandTemplate.Parameter) -> JSONValue {
        parameter.kind == .number ? 3 : .string(parameter.example)
    }
}
