//! The binary `grantor`.

fn main() -> std::process::ExitCode {
    grantor::cli::main()
}
