"""An analyst's regular expressions: taken apart, folded like text, and made RE2's."""
