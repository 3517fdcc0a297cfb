package org.metermint.app.settings;

/** The page docs/reference/configuration.md, printed from the table of settings so that it cannot differ from it. */
final class ConfigurationPage {

    private ConfigurationPage() {}

    static String text() {
        StringBuilder page = new StringBuilder("""
                # Configuration

                <!-- Printed from org.metermint.app.settings.Setting; a test keeps it fresh. -->

                Metermint reads one file: `metermint.conf` in the data directory if it is there, or the one named with
                `--config`. It holds one `name = value` on a line; a line that begins with `#` is a comment. A setting
                that does not exist, stands there twice or has no value of its kind is refused with its line, and the
                server does not start. What the command line says (`--port`, `--database-url`) goes before the file.

                The data directory is `.metermint` beside the program, or the one named with `--data`. One process at a
                time can use it. The settings of the utility are written to the database at every start; its currency and
                the number of minor digits can no longer change then, because the books are in them.

                | Setting | Default | Meaning |
                | --- | --- | --- |
                """);
        for (Setting setting : Setting.values()) {
            String byDefault = setting.byDefault().isEmpty() ? "(empty)" : "`" + setting.byDefault() + "`";
            page.append("| `")
                    .append(setting.key())
                    .append("` | ")
                    .append(byDefault)
                    .append(" | ")
                    .append(setting.meaning())
                    .append(" |\n");
        }
        return page.toString();
    }
}
