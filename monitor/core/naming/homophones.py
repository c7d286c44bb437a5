"""Words and names that are known to be taken for other names: analysts are warned of them."""

_WORDS = """
damas dames modi tusk trump gaza gasa viene vienne viens gouttières games urban macaron stahlen ställen stählen mergel
jolts puttin ganja володіння володінь поросенка насрали назрела кличка кличку мёдом газы газу сумы суммы моды мода
раїси рейсы грозы пески песков лавров воронов соколов волков кот тигран туска таск кравец мазур бойко жук
"""

_NAMES = """
Сахарова Sakharova Sacharowa Sájarova Sakharov Gutiérrez Gutierrez Goteras Гутьеррес Borel Borrel Hirson Sharman
Markel Markell Sanches Sánches Zielinski Zieliński Зелинский Зелінський Ругани Rugani Сисси Sissy Білгород Lwów Ганни
Ganz Gants Ganns Yacine Iacine Rafa Rapha Liebermann Alaoui Souleymane Керимов Керимова Умаров Черников Радив Баків
Ramón Ramon Рамон Kief Jankovic Yankovic Zaharova Zacharova Hermann Шварцман
"""

KNOWN = (*_WORDS.split(), *_NAMES.split())
"""Words in small letters, names with a capital."""
