@main
enum Switchyard {
    static func main() async {}
}
