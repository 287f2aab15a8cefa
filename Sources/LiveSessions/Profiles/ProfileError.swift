/// What is wrong with a launch profile's file, or with the folder of them.
package struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1; `nil` where it is about the whole file.
    package let line: Int?
    package let fault: String
    /// What to do about it.
    package let cure: String

    package init(file: String, line: Int? = nil, fault: String, cure: String) {
        (self.file, self.line, self.fault, self.cure) = (file, line, fault, cure)
    }

    package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(fault); \(cure)" }
}
