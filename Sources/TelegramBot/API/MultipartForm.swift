import Foundation

/// `multipart/form-data` (RFC 7578), built whole: libcurl's own forms rewind by themselves, which would allow a silent repetition.
enum MultipartForm {
    static func encode(_ parameters: [JSONValue.Member], _ files: [MethodCall.File]) -> (contentType: String, data: Data) {
        let boundary = randomBoundary()
        var data = Data()
        for parameter in parameters {
            data.append(contentsOf: "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(parameter.name)\"\r\n\r\n".utf8)
            // Nested values are JSON in a string here, plain ones are bare.
            if case .string(let text) = parameter.value {
                data.append(contentsOf: text.utf8)
            } else {
                data.append(contentsOf: parameter.value.text.utf8)
            }
            data.append(contentsOf: "\r\n".utf8)
        }
        for file in files {
            let head =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(file.parameter)\"; filename=\"\(quoted(file.name))\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n"
            data.append(contentsOf: head.utf8)
            data.append(file.contents)
            data.append(contentsOf: "\r\n".utf8)
        }
        data.append(contentsOf: "--\(boundary)--\r\n".utf8)
        return ("multipart/form-data; boundary=\(boundary)", data)
    }

    private static func randomBoundary() -> String {
        // 128 random bits: no file holds them by chance, and none can by design.
        "orchestratia-" + String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// A name that cannot leave its quotes or its line, and names no folder.
    private static func quoted(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars.prefix(120) {
            switch scalar {
            case "\"", "\\", "/": scalars.append("_")
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: scalars.append("_")
            default: scalars.append(scalar)
            }
        }
        return scalars.isEmpty ? "file" : String(scalars)
    }
}
