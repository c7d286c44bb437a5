"""How letters sound: the tables by which names are read, in Latin and in Cyrillic.

A line reads `before[letters]after = sounds`. `before` is one letter of a set, `^` the word's beginning; `after` is a
pattern, `$` the end; V stands for any vowel, Q for any consonant. Each of the `sounds`, parted by spaces, is one sound
or any of several; with `?` it may be missing; `-` is none. Of the lines that fit the longest letters win, then the
first.

Sounds: b d f g k l m n p r t v as they are; h; s z; c (ts), x (kh); S (sh), Z (zh), C (ch), W (shch), J (dzh), X (ks);
w (English, between u and v), q (k written with c); a e i o u, where i is also the glide in ia and iu, y a final ы.
"""

LATIN = """
[schtsch] = W
[schtch] = W
[chtch] = W
[shch] = W
[szcz] = W
[šč] = W
[tsch] = C
[tch] = C
[cz] = C
[č] = C
[ć] = C
[ç] = Cs
[dsch] = J
[dzh] = J
[dž] = J
[dj](?=e) = dJ
[dj] = J
[đ] = Jd
[sch] = SZW
[sh] = S
[sz] = S
[š] = S
[ś] = S
[ş] = S
[ș] = S
[zh] = Z
[ž] = Z
[ż] = Z
[ź] = zZ
[jj] = Z
[ch] = SCx
[kh] = x
[ph] = f
[th] = t
[dh] = d
[gh] = g
[rh] = r
[bh] = b
[ğ] = g
[gu](?=[eiyéèí]) = g
[g] = g
[qu](?=[eiyéí]) = k
[q] = kg
[ck](?=[iy]$|a$) = c k
[ck] = q
[ks] = X
[k] = k
[ts] = c
[tz] = c
[ț] = c
[ţ] = c
[zz] = zc
[z](?=V?QV?ic$) = zcZ
[z] = zc
[ss] = s
[ß] = s
[s](?=\\wV?ic$|V\\wic$) = szS
[s](?=V|[bdgjlmnprvw]) = sz
[s] = s
^[x] = sSXx
[x] = X
[c](?=[eiyéí]) = cC
[c] = cCq
[w] = vw
[v] = v
[ff](?=$) = fv
[f](?=$) = fv
[f] = f
^[h] = hx
[h] = hx?
[b] = b
[d] = d
[l] = l
[ł] = l
[m] = m
[n] = n
[ñ] = n
[ń] = n
iyuï[ne](?=$) = n
[p] = p
[r] = r
[t] = t
iyïíj[j](?=$) = -
[j](?=[eiyéí]) = iZJx?
iyïí[j](?=V) = iZJx?
[j](?=V) = iZJx
^[j] = Zx
[j] = iZx
iyïíj[i](?=$) = -
iyïíj[y](?=$) = -
iyïí[i] = i?
iyïí[y] = i?
iyïí[ï] = i?
[i](?=[eéè]) = i?
[y](?=[eéè]) = i?
[ï](?=[eéè]) = i?
[i] = i
[ï] = i
[y](?=$) = iy
[y] = i
[ı] = i
[ý] = i
[oou] = o? u
[ou](?=V) = uw
[ou] = u
[oo] = u
[u](?=V) = uw
[u] = u
[ü] = i? u
[ue] = u e?
[oe] = o? e
[ae] = a? e
[ee] = ei
k[aïa](?=$) = a i? a?
k[aya](?=$) = a i? a?
k[aja](?=$) = a i? a?
[a] = a
[ä] = ae
[ə] = ae
[ą] = a
[æ] = e
[eh](?=$) = ea h?
[e] = e
[é] = e
[ę] = e
[ě] = i? e
[o] = o
[ó] = ou
[ö] = i? oe
[ø] = oe
[œ] = oe
"""

LATIN_NAME = """
[s](?=V(?!.*(?:sch|w|j))) = s
[ś] = Ss
a[ne](?=$) = n e?
^[h] = hg
[h](?=Q) = hgx
[eh](?=$) = ea h?
[o](?=h) = ou
[ou](?=h) = ou
^[x] = sSX
[h] = hg?
h[e](?=[vwf]) = eoi
h[o](?=[vwf]) = oe
[e](?=[vw]$) = ei
[i](?=[vw]$) = ieo
[ï](?=[vw]$) = ieo
[c](?=[eiyéí]) = cCs
[ck](?=[iy]$|a$) = c k
[ck] = kq
[c] = cCqk
^bdgkptw[rz] = r? zZS
[j](?=[eiyéí]) = iZJ?
iyïí[j](?=V) = iZJ?
[j](?=V) = iZJ
"""
"""Read so first where it is a name that an analyst wrote: it may be one that needs no transcription."""

LATIN_NAME_IN_CYRILLIC = """
^[h] = hgx
[h](?=Q) = hgx
[h] = hgx?
^[ch] = SCxk
[g](?=[eiyé]) = gZJ
[th] = ts
^[s](?=[tp]) = sS
^[v] = vf
[w] = vuw
[z] = zcs
[gn](?=V) = g? n i?
[ll](?=V) = l i?
[ñ](?=V) = n i?
[c](?=[eiyéí]) = cCsJ
[ai] = ae i
[ei] = ae? i
[ey] = ae? i
[oe](?=$) = oe e?
[ue] = i? u e?
[ie](?=[bdfglmrstz]) = i? ei
[ou](?=V) = uwv
[ng](?=$) = n g?
[i](?=Qe) = a? i
[a](?=[bcdfgklmprstvz]e$) = ae i?
[u](?=QQ|Q$) = i? ua
[u](?=Q|e) = i? u
[e](?=$) = e?
"""
"""And so, where that name is held against Cyrillic, which writes what it hears: Байден, Трамп, Штайнмайер."""

CYRILLIC = """
[а] = a
[б] = b
[в] = v
[г] = gh
[ґ] = g
[ғ] = g
[д] = d
[дж] = J
^аеёиоуыэюяіїєьъ[е] = i? e
[е] = e
[ё] = i? oe
[є] = i? e
[ж] = Z
[з] = z
ыиії[и] = i?
ыиії[і] = i?
ыиії[ї] = i?
[и] = i
[і] = i
[ї] = i
ыиії[й] = -
[йо] = i? o
[й] = i
[ј] = i
[к] = k
[қ] = k
[кс] = X
[л] = l
[љ] = l
[м] = m
[н] = n
[ң] = n
[њ] = n
[о] = o
[ө] = ou
[п] = p
[р] = r
[с] = s
[т] = t
[тс] = c
[тц] = c
[у] = u
[ү] = u
[ұ] = u
[ў] = uw
[ф] = f
[х] = x
[һ] = x
[ц] = c
[ч] = C
[ћ] = C
[ђ] = J
[џ] = J
[ш] = S
[шч] = W
[щ] = W
[ь] = -
[ъ] = -
[ы](?=$) = y
[ы] = i
[э] = e
[ә] = ae
ыиії[ю] = i? u
[ю] = i u
ыиії[я] = i? a
к[ая](?=$) = a i? a?
[я] = i a
бпвмф[ʼе] = i e
бпвмф[ʼє] = i e
бпвмф[ʼю] = i u
бпвмф[ʼя] = i a
"""

CYRILLIC_NAME = """
[к] = kq
"""
"""Read so besides where it is the name that is in Cyrillic: Макрон is Macron."""

NEAR = """
e i 1
o u 1
a e 1
a o 2
e o 2
g h 1
g k 1
s z 1
v f 1
s S 2
"""
"""What long words may differ in, and what that costs: the same vowel heard otherwise, accents left out."""
