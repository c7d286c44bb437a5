"""Words that matter to stories in English, French, German and Russian, folded: what counts, denies, dates or joins."""

from collections.abc import Mapping


def words_of(text: str) -> frozenset[str]:
    """Take a list of words apart."""
    return frozenset(text.split())


STOP = {
    "en": """a an the and or but of to in on at by for from with as is are was were be been has have had it its this
        that these those he she they his her their who which will would can could may might said says say than then
        there here after before into over under out up about also more most some any all not no s t having being""",
    "fr": """le la les l un une des du de d et ou mais a au aux en dans par pour sur avec sans sous ce cet cette ces
        c qui que qu quoi dont il elle ils elles on se s son sa ses leur leurs est sont etait ete etre ont avait n ne
        pas plus y dit apres avant selon entre vers
        avoir ayant""",
    "de": """der die das den dem des ein eine einen einem einer eines und oder aber von zu zum zur in im an am auf aus
        bei mit nach fur uber unter vor um ist sind war waren wird werden wurde wurden hat haben hatte sich er sie es
        als auch dass wie nicht ab bis seit sagte sein seine ihre ihren durch gegen""",
    "ru": """и в во на с со к ко о об от до из за по для у не ни а но что как это этот эта эти его ее их он она они
        был была было были быть бы же ли при под над сообщил сообщили сообщает заявил заявила также после перед между
        который которые которая""",
}
"""Words that say little by themselves; which of them a text has tells its language."""

NEGATORS = words_of("""not never no none nobody nothing neither nor without cannot
    n ne pas jamais aucun aucune rien ni non sans
    nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder
    fail fails failed unable refuse refuses refused echoue echouent refusent weigert weigern
    отказался отказалась отказались
    не ни нет никогда никто ничто ничего никаких никакой никакого без нельзя""")
ONLY = words_of("only nur seulement uniquement только merely just")
"""After a negation these take it back: not only."""

_OPPOSITES = """
rise rises rose risen climb climbs climbed increase increases increased grow grows grew gain gains gained raise raises
 raised lift lifted jump jumps jumped augmente augmenter augmentation hausse monte progresse bondit releve relever
 steigt steigen stieg gestiegen erhoht erhohen erhohte wachst zulegen вырос выросла выросло выросли растет увеличил
 увеличилась увеличился повысил повысила повышает повысили повышена повышен поднял подняла рост подорожал
 | fall falls fell fallen drop drops dropped decline declines declined decrease decreased cut cuts lower lowers lowered
 slump slumps plunge plunges plunged slip slips slid reduce reduces reduced baisse baisser recule recul reculer diminue
 chute abaisse abaisser sinkt sinken sank gesunken senkt senken senkte fallt fiel gefallen упал упала упало упали снизил
 снизила снижает снизили снизилась снизился снижена снижение падение сократил сократилась уменьшил понизил подешевел
accept accepts accepted agree agrees agreed approve approves approved adopt adopts adopted pass passes passed backs
 accepte accepter accepté approuve approuver adopte adopter valide akzeptiert annehmen angenommen billigt gebilligt
 stimmt zugestimmt принял приняла приняли одобрил одобрила одобрили согласился согласилась утвердил
 | reject rejects rejected refuse refuses refused decline oppose opposes opposed veto vetoes vetoed blocks refuser
 rejette
 rejeter rejeté repousse lehnt ablehnt abgelehnt ablehnen verweigert zuruckgewiesen отверг отвергла отвергли отказался
 отказалась отказались отклонил отклонила отклонили
confirm confirms confirmed admits admitted confirme confirmer reconnait bestatigt bestatigte подтвердил подтвердила
 подтверждает признал признала | deny denies denied dement dementi dementir nie niee bestreitet dementiert dementierte
 опроверг опровергла опровергает отрицает
open opens opened reopen reopens reopened ouvre ouvrir ouvert rouvre rouvrir rouvert offnet geoffnet wiedereroffnet
 открыл открыла открыли открыт открыта открылся открылась возобновил
 | close closes closed shut shuts ferme fermer fermé fermée fermeture schliesst geschlossen gesperrt закрыл закрыла
 закрыли закрыт закрыта закрылся закрылась приостановил
win wins won beat beats gagne gagner remporte bat gewinnt gewann gewonnen siegt schlagt besiegt победил победила
 выиграл выиграла обыграл обыграла | lose loses lost perd perdre perdu verliert verlor verloren unterliegt проиграл
 проиграла уступил
begin begins began begun start starts started launch launches launched resume resumes resumed commence commencer
 debute debuter lance reprend beginnt begann begonnen startet gestartet начал начала начали начался началась начались
 | end ends ended stop stops stopped halt halts halted finish finished suspend suspends suspended termine terminer
 acheve cesse arrete suspend beendet beenden endet geendet gestoppt завершил завершила завершили завершился завершились
 прекратил прекратила прекратили закончил закончился
allow allows allowed permit permits permitted authorise authorises authorize authorizes authorized autorise autoriser
 permet erlaubt erlauben genehmigt gestattet разрешил разрешила разрешили
 | ban bans banned forbid forbids forbidden prohibit prohibits prohibited bar bars barred interdit interdire
 interdiction
 verbietet verboten verbieten untersagt запретил запретила запретили
guilty convicted coupable condamne schuldig verurteilt виновен виновна виновным осужден осудил
 | innocent acquitted acquits cleared acquitte relaxe unschuldig freigesprochen freispruch невиновен оправдан оправдал
arrest arrests arrested detain detained jailed arrete interpelle festgenommen verhaftet inhaftiert арестован арестовал
 задержан задержал задержали | release releases released freed frees libere liberer relache freigelassen entlassen
 освобожден освободил освободили отпустил
support supports supported favour favours favor favors soutient soutenir unterstutzt unterstutzen поддержал поддержала
 поддерживает | oppose opposes opposed criticises criticizes condemns s'oppose combat kritisiert выступил осудил
arrive arrives arrived enters entered arrivee arriver arrivent eintrifft eingetroffen ankommt прибыл прибыла прибыли
 | leave leaves left departs departed quitte quitter partir parti verlasst verlassen abgereist покинул покинула
 покинули уехал
sign signs signed signe signer signent unterzeichnet unterschreibt подписал подписала подписали
 | withdraw withdraws withdrew quits cancel cancels cancelled scrap scraps scrapped annule annuler retire aufgekundigt
 kundigt отменил отменила отменили расторг вышел
alive survived survives vivant survit lebt uberlebt жив выжил выжила
 | dead died killed dies mort morte tue tot gestorben getotet погиб погибла умер умерла убит убита
join joins joined rejoint beitritt | quit quits exits sort austritt
buy buys bought acquires achete acheter kauft gekauft купил купила
 | sell sells sold vend vendre verkauft продал продала
profit benefice gewinn прибыль | loss losses perte pertes verlust verluste убыток убытки
positive positif positiv | negative negatif negativ
victory victoire sieg победа | defeat defaite niederlage поражение
more | less fewer
above | below
success succes erfolg успех | failure echec misserfolg scheitern провал
strong fort starke | weak faible schwache
nord north northern norden север | south southern sud suden юг
east eastern osten восток | west western ouest westen запад
"""


def _groups(text: str) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Map each word to its pairs of opposites, and the side on which it stands."""
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    pairs = text.strip().replace("\n ", " ").split("\n")
    for number, pair in enumerate(pairs):
        for side, words in enumerate(pair.split("|")):
            for word in words.split():
                found[word] = (*found.get(word, ()), (number, side))
    return found


OPPOSITES = _groups(_OPPOSITES)

DAYS = {
    word: day
    for day, words in enumerate(
        (
            "monday lundi montag понедельник понедельника",
            "tuesday mardi dienstag вторник вторника",
            "wednesday mercredi mittwoch среда среду среды",
            "thursday jeudi donnerstag четверг четверга",
            "friday vendredi freitag пятница пятницу пятницы",
            "saturday samedi samstag sonnabend суббота субботу субботы",
            "sunday dimanche sonntag воскресенье воскресенья",
        )
    )
    for word in words.split()
}
MONTHS = {
    word: month
    for month, words in enumerate(
        (
            "january jan janvier januar января январь январе",
            "february feb fevrier februar февраля февраль феврале",
            "march mar mars marz марта март марте",
            "april apr avril апреля апрель апреле",
            "may mai мая май мае",
            "june jun juin juni июня июнь июне",
            "july jul juillet juli июля июль июле",
            "august aug aout августа август августе",
            "september sep sept septembre сентября сентябрь сентябре",
            "october oct octobre oktober okt октября октябрь октябре",
            "november nov novembre ноября ноябрь ноябре",
            "december dec decembre dezember dez декабря декабрь декабре",
        ),
        1,
    )
    for word in words.split()
}
UNSURE_MONTHS = words_of("may march mar mars sept jan jun dec nov oct sep apr jul")
"""Beside no number these may be other words, unless one of `DATING` stands before them."""

DATING = words_of("""in by until since of next last early late before after from en fin debut mi des im bis seit ende
    anfang mitte""")

WHEN = {
    word: when
    for when, words in (
        ("today", "today aujourd heute сегодня tonight"),
        ("tomorrow", "tomorrow demain morgen завтра"),
        ("yesterday", "yesterday hier gestern вчера"),
    )
    for word in words.split()
}
VAGUE = {
    word: what
    for what, words in (
        ("dozens", "dozens dizaines dutzende dutzenden десятки десятков"),
        ("hundreds", "hundreds centaines hunderte hunderten сотни сотен"),
        ("thousands", "thousands milliers tausende tausenden тысячи"),
        ("half", "half moitie halfte половина половину половины"),
        ("third", "tiers drittel треть трети"),
        ("quarter", "quart viertel четверть четверти"),
    )
    for word in words.split()
}
PERCENT = words_of("% percent pct prozent процент процента процентов проценты процентных процентный")
CURRENCIES = {
    word: sign
    for sign, words in (
        ("$", "dollar dollars usd доллар доллара долларов"),
        ("€", "euro euros eur евро"),
        ("£", "pound pounds gbp livre livres pfund фунт фунтов"),
        ("₽", "rouble roubles ruble rubles rubel rub руб рубль рубля рублей рублям"),
        ("fr", "franc francs franken chf франк франков"),
    )
    for word in words.split()
}
OF = words_of("in of sur von aus из")
NOBODY = words_of("no none nobody aucun aucune kein keine keinen keiner niemand никто никаких")
"""They say that there are none of what stands behind them."""

SIGNS = frozenset("$€£₽")
PEOPLE = words_of("""people persons person personnes personne habitants menschen personen leute человек человека людей
    others autres weitere more plus weiteren further""")
"""What they count stands behind these: 21 people injured."""

JOINING = words_of("and et und и or ou oder или with avec mit с of de von du d")
PLACING = words_of("""in at on off near from to for after over across with of as amid during against
    a au aux en dans de du des a pour sur pres apres contre chez par d
    in im am an auf aus bei nach von vom fur gegen nahe mit um zum zur vor uber
    в во на из под с со от до для по при у после""")
GERMAN_PLACING = words_of("in aus nach bei gegen fur von")
ARTICLES = words_of("the l la le les")
COMMON_NOUNS = words_of("""
    angaben berichten worten informationen ansicht meinung einschatzung behorden medien kraft haft not
    sicht fragen minuten stunden tagen wochen monaten jahren beginn ende anfang mitte rund folge""")
"""They follow prepositions of place in German, and are no places."""

DETERMINERS = words_of("""
    die das den dem des ein eine einen einem einer eines im am zum zur vom beim seine seinen seiner
    seinem ihre ihren ihrer ihrem diese dieser diesem diesen kein keine keinen alle mehr viele""")
SAME_NAMES = {
    word: name
    for name, words in (
        ("usa", "us usa сша etats-unis america american americain americaine amerika amerikanische американский"),
        ("uk", "uk britain british britannique grossbritannien britische великобритания британский"),
        ("eu", "eu ue ес евросоюз европейский"),
        ("un", "un onu uno оон"),
        ("nato", "nato otan нато"),
        ("swiss", "switzerland swiss suisse schweiz schweizer швейцария"),
        ("france", "france french francais francaise frankreich franzosische"),
        ("germany", "germany german allemagne allemand deutschland deutsche"),
        ("dutch", "netherlands dutch niederlande niederlandische"),
        ("russia", "russia russian russie russe russland russische россия российский рф"),
    )
    for word in words.split()
}
"""Other names and adjectives of one place."""

AGENCIES = (
    "AFP|Reuters|dpa|APA|AP|ATS|SDA|TASS|ТАСС|РИА|РИА Новости|RIA|Interfax|Интерфакс|Belga|ANSA|EFE|KNA|epd|PA|UPI|"
    "Xinhua|Kyodo|TT|NTB|Ritzau|PAP|CTK|MTI|Anadolu|AA|БелТА|Bloomberg|CNN|BBC|DW|RFI|RTS|Lena"
)
