"""Words by which persons' names are told from names of organisations, folded to lower case without diacritics.

Given names: chosen by hand among the common ones of Estonia, Lithuania, Latvia and the United States, with diminutives
and the usual romanisations of Russian ones.  They hold every name to which the list of gender.c (J. Michael, 2008)
gives a frequency class of 6 or more, of 13, for Estonia, Lithuania and the United States.  A name by itself is nobody's
data; the lists hold no persons.
"""

from __future__ import annotations

from typing import Final

_ESTONIAN = """
aare aarne agnes agu ago ahto aigar aili aime aimar aino ainar aire aivar aivo ake aksel aleksander alar allan
allar alo anastassia ande andero andra andre andres andrus angela angelika ann anna anne anneli annely annika anni
annaliisa annabel annemai anti ants anu anton ardi argo ari arne arno arnold aron artur arvi arvo arved asta astrid
avo birgit birgitta birgita brigitta bruno carmen caroline dagmar darja deniss diana ebe eduard eerik eero eeva
eevi egert egle egon eha eino elen elena eliis eliise elina elisabet elise elin elis elle ellen elli elmar elmo elo
elve ella ene endel endla enn enno ere eret erich erika erki erko ermo erna ester estra eve evelin evelyn eveli eva
evi ewelina fred galina georg gerda gert gerli getter grete gret greete greta gustav hanna hanno hannes hans harri
hardi harald heidi heigo heiki heili heino helbe helen helena helga heli helina helju helje helle helmi helmut
helve hele hendrik henn henri herbert hilja hille hilda hillar hugo ilme ilmar ilona imbi inge inga ingrid ingvar
ira iris irina irja ivar ivi ivo jaan jaana jaanika jaanus jaak jaagup jakob jana jane janar janek janne janno
jarek jarmo joel joosep joonas johanna johannes joonatan juhan juta jutta julia jan juri jyri kaarel kaari kadi
kadri kadrin kai kaia kaidi kaido kaie kaile kaimar kaire kairi kairit kaisa kaja kaljo kalev kalju kalle kalmer
kalmar karel karin karina karita karl karolin karmen karmo kaspar kasper kati katarina katariina katre katri katrin
kaupo kaur kea keio keiu kelli ken kenno kerli kersti kert kertu kerttu ketlin kirsi kirsti kirsika kille kleer
klaarika koidu koit krista kristel kristen kristi kristiina kristiine kristin kristjan kristo kristofer kulno kulli
kyllike kullike kylli laas laine laur laura lauri lea leelo leho leida leili lembit lemme lenna leo liana liidia
liina liine liis liisa liisi liisu liivi liivia lille lilian lilli linda linnar lisette liia loviise luule lydia
maaja maarika maarja maarjaliis maie maiga maik maike maila maimu mairi maire mait maiu malle malev mall mare marek
maret margarita margit margot margus mari maria mariann marianne marika mariliis marina marion maris mariska marit
marje marju marko markus marleen marta marten martin marti mart mati matis maive meelika meelis meeli meeri mehis
mehik melita mercedes merike merle merili meriliis merlin merit mihkel mihhail mikk mirjam milvi milvia moonika
monika nadezda natalia natalja nele nelli niina nikolai olaf olav oleg olev olga oskar otto paap paavo pavel peep
peeter pent petra pille piia piret priidik priidu priit raido raigo raili raimo raimond rain raino raivo rando
rasmus rauno raul reelika reet regina rein reigo reimo reio relika rene renate riho riin riina risto rita rivo
robert robin roland romet ronald roman ruth rutt rudolf ruslan ruudi saale sander sandra saskia selma sergei signe
siim siiri sigrid sille silja silver silvi silvia sirje siret sirli sofia stella sten sulev sven svea svetlana
taavet taavi taavo tage tagne taimi taimo tairi taivo talis talvi tambet tanel tarmo tarvo tatjana terje tiina tiia
tiit tiiu timo toivo tonis tonu toomas triin triinu truuta udo ulle ulo ulvi ulvar urmas urmo urve uve uku vaido
vaiko vahur valdek valdo valdur valentina valeri valter vallo valve vambo veera veiko veljo vello verner viive
viivi vilja villem villu viljar virge virgo virve viktor viktoria viljo vladimir vootele yana ylle ylo ylar madis
indrek ullar teet marge lilia larissa gunnar epp ave ain vaino viiu uno tauno rainer ott mai ly katlin imre helgi
erkki eda aivi airi
"""
_LITHUANIAN = """
adele adomas agata agne aidas aidanas aiste albertas albina albinas aldona alfonsas alfredas algimantas algirdas
algis alina alma almantas alvydas ana andrius antanas antanina anzelika antaninas ariana arnas arnoldas arturas
arunas arvydas asta astra audra audrius audrone augustas augustinas augustina ausra ausrine austeja aurelija
aurelijus aurimas balys barbora benas beata benediktas biruta birute bronislovas bronius bronislava brone ceslovas
ceslova dainius daina daiva dalia dalius danguole danute darius deividas deimante deimantas dovile dominykas domas
donatas donata dovydas edgaras edita edmundas edvardas edvinas egidijus egle eimantas elena elvyra elze ema emilija
emilis erikas ernesta ernestas erika eugenija eugenijus evelina evaldas fausta feliksas gabija gabriele gabrielius
gediminas gedas genovaite genute germanas giedre giedrius gintaras gintare gintautas ginta gitana goda grazina
grazvydas greta grita gustas gvidas gyte henrikas ieva ignas ilma inesa inga ingrida inara irena irma irmantas
iveta ivona jadvyga janina jaroslavas jelena jolanta jolita jonas jokubas jogaile julija julijus julius juozapas
juozas jurate jurga jurgis jurgita justas justina justinas juste karolis karolina kastytis kazimiera kazimieras
kazys kestutis klaudija kornelija kostas kristina kristijonas ksenija laima laimonas laimute larisa laura laurynas
leonas leokadija leonora leta lidija lina linas linda livija liudas liudvikas liudmila lolita loreta lukas liuda
lukrecija mantas mantvydas marius marija marijonas marijus marijona margarita marta martynas matas mazvydas
mecislovas migle milda mikalojus mindaugas mykolas modestas monika morta nerijus nerija neringa nida nijole nojus
nomeda olegas ona ovidijus palmira paulina paulius petras petrute polina povilas pranas pranciskus raimonda
raimondas raimundas raminta ramune ramunas ramute rasa rasma regimantas regina remigijus renata renatas ricardas
rima rimantas rimas rimante rimute rita ritonas robertas rokas rolandas romanas romas romualdas romualda roma roza
ruta rutile rytis salomeja salvijus samanta sandra saule sarunas saulius sigita sigitas silva silvija silvijus
simas simona simonas skaidra skaiste skirmante skirmantas snieguole sonata stanislava stanislovas stase stasys
steponas svajone svajunas tadas tautvydas tatjana teodora teofilis teresa terese titas toma tomas ugne urte urszula
vaida vaidas vaidotas vaiva valda valdas valdemaras valentinas valerija valerijus valerijonas vanda vida vidas
vidmantas viktorija viktoras vilhelmas vilija vilius vilma vilmantas vincas vincentas violeta virgilijus virgis
virginija virginijus vita vitalija vitalijus vitas vladas vladislovas vladislava vygantas vykintas vytautas vytas
vytene zana zenonas zigmantas zigmas zilvinas zita zivile zygimantas zydre zydrunas zydrune zofija zose zuzana
vaclovas stefanija sofija aleksandras ursule petronele natalija maryte liucija joana eleonora angele anele
vladimiras vlada rimvydas liudvika lilija leonardas leonarda konstantinas felicija elzbieta eduardas danielius
aloyzas aleksas
"""
_RUSSIAN = """
aleksandr aleksandra aleksei aleksej alexei alexey alisa alla alyona anastasia anastasija anastasiya anatoli
anatolij anatoly andrei andrej andrey anzhela anzhelika arkadi artem artjom artyom boris bogdan daria darya denis
dmitri dmitrij dmitriy dmitry egor ekaterina jekaterina elizaveta evgeni evgenia evgeny jevgeni jevgenia jevgenija
fedor fjodor gennadi gennady georgi grigori grigory igor inna ivan jelizaveta julia julija juri juliana kirill
konstantin ksenia lidia lyubov ljubov ljudmila ludmila lyudmila maksim maxim mihail mikhail nadezhda nadja natalya
nataliya natasha nikita nikolaj nikolay nina oksana olesya oxana polina raisa rostislav semjon semyon sergej sergey
sofja stanislav stepan taisia tamara tatiana tatyana timofei timur vadim valentin valeria valeriya valery vasili
vassili vasily vera veronika viacheslav viktorija vitali vitaly vjatseslav vladislav vladislava vsevolod yaroslav
yekaterina yelena yevgeny yulia yuri yury zhanna zinaida zoya zoja
"""
_LATVIAN = """
aigars aija ainars aivars aldis aleksandrs andris anita antra arnis arturs baiba dace didzis edgars edite egils
eriks evija girts guntars gunta guntis ilga ilmars ilze imants inese inguna ilvars ivars janis juris kaspars
kristaps kristine laila lasma liene liga ligita maija mairita maris marite martins mara normunds oskars peteris
raivis roberts sandis santa sarmite sintija skaidrite sniedze uldis valdis velta vineta viesturs zaiga zigrida zane
andrejs vija karlis inta gunars vladimirs vilnis viktors sergejs raimonds natalija igors gatis dzintra dzintars
dainis ausma antons andis anda aina agris lubova evalds arija voldemars vitalijs vilis vadims ugis sanita rolands
rihards raitis pavels olegs ojars nikolajs modris mirdza lilita lilija laimonis jazeps jurijs ints ineta indulis
gundars guna gints elmars edvins edmunds dzidra dmitrijs daiga dagnija brigita atis astrida arvids artis arnolds
armands alfreds alberts agnese zanna zenta zanda vladislavs vaira solveiga sarma rudite romualds renars ralfs
marcis mareks maksims leonids lelde lauris lauma ilgvars gundega elga eduards austra arvis arta aleksejs agita
"""
_ENGLISH = """
aaron abigail abdul adam adrian aisha alan albert alejandra alejandro alexander alexandra alexis alfred ali alice
alicia alison allison alma amanda amber amy ana andrea andrew angela angelica anita ann anna anne annette annie
anthony antonio april arthur ashley barbara beatrice becky ben benjamin bernard beth bethany betty beverly bill
billy bob bobby bonnie bradley brandi brandon brenda brendan brent brian bridget brittany bruce bryan caitlin
calvin cameron carl carla carlos carmen carol carolyn carrie casey catherine cathy cesar chad charlene charles
charlie cheryl chloe chris christie christina christine christopher cindy claire claudia colleen connie corey
courtney craig crystal curtis cynthia daniel danielle darlene darren dave david dean deanna deb debbie deborah
debra denise dennis derek diana diane don donald donna doris dorothy doug douglas duane dustin dylan ed eddie edgar
edward edwin eileen elaine eleanor elizabeth ellen emily emma enrique eric erica erik erin esther ethan eugene eva
evan evelyn felicia fernando francis francisco frank fred frederick gabriel gabriela gail gary gavin gene george
gerald geraldine gilbert gina gladys glen glenn gloria gordon greg gregory guadalupe harold harriet harry heather
hector heidi helen henry herbert holly howard ian irene isabel isabella isaac jack jackie jacob jacqueline jaime
jake james jamie jan jane janet janice jared jasmine jason javier jay jean jeanette jeanne jeff jeffrey jen jenna
jennifer jenny jeremy jerome jerry jesse jessica jill jillian jim jimmy joan joann joanna joanne jodi joe joel
johanna john johnny jon jonathan jorge jose joseph josh joshua joyce juan juana juanita judith judy julia julian
julie julio justin kaitlyn karen karina karl kate katherine kathleen kathryn kathy katie katrina kayla keith kelly
kelsey ken kendra kenneth kerry kevin kim kimberly kris krista kristen kristi kristin kristina kristine kurt kyle
larry latoya laura lauren laurie lawrence leah lee leo leon leonard leslie leticia lewis liam linda lindsay lindsey
lisa logan lois lorena lorenzo lori lorraine louise lucas lucia lucy luis luke luz lydia lynn mandy manuel marc
marcia marco marcus margaret maria marianne maribel marie marilyn mario marisa marissa marjorie marlene marsha
marta martha martin marvin mary matt matthew maureen maurice megan meghan melanie melinda melissa melvin meredith
michael michaela michele michelle miguel mike mildred miranda mitchell mohamed mohammad mohammed moira molly monica
monique morgan muhammad nancy naomi natalie natasha nathan nathaniel neil nicholas nichole nick nicolas nicole noah
nora norma norman olivia omar oscar owen pablo pam pamela pat patricia patrick patty paul paula pauline pedro peggy
peter phil philip phillip phyllis priscilla rachael rachel rafael ralph ramon randall randy raul raymond rebecca
regina renee ricardo richard rick ricky roberta roberto rodney roger roland ron ronald rosa rosemary roy russell
ruth ryan sabrina sally salvador sam samantha samuel sandra sandy sara sarah scott sean sergio seth shane shannon
sharon shaun shawn sheila shelby shelley shelly sherri sherry shirley silvia simon sonia sonya sophia sophie stacey
stacy stanley stephanie stephen steve steven stuart sue susan suzanne sylvia tamara tammy tanya tara taylor ted
teresa terri terry theodore theresa thomas tiffany tim timothy tina todd tom tommy toni tony tonya tracey traci
tracy travis trevor tricia tyler valerie vanessa vera vernon veronica vicki vickie victor vincent vivian walter
wanda warren wayne wendy wesley whitney william willie xavier yesenia yolanda yvette yvonne zachary frances danny
mark rose victoria virginia dawn dale may grace joy faith hope ruby pearl
"""
_AMBIGUOUS = """
agu ago ari angel april art aurora austin ave beata bonnie calvin carmen charity charlotte chase christian crystal
daina dale dawn dean don elo eve faith florence forest francis francisco gabriel gene georgia glen goda grace
guadalupe grant hope hunter ira iris jack jasmine jordan jose joy june kai kaur ken koit lee leo leon lewis lille
logan lorenzo luz madison maila mai malle mall mark martin mary may maria milda miranda morgan neringa nida norman
olive paris pat penny ray rasa ravi rich rick rima roma rosa rose roy ruby ruta russell rytis san santa saule
savannah scott shelby skaidra stella summer sydney taylor toma tyler ugne urve vaida vaike valda vera victoria
viktoria viktorija virginia virge vita warren wayne will
"""
_SURNAMES = """
aas abel aleksandrov allik anderson andersson aru aun eller ernits hallik hansen hein hunt hutt ilves jakobson
jaanson jarv johanson juurik jogi jurgens kaasik kalda kallas kangur karu kask kaur kiik kikas kivi kivistik koch
koger kokk koort koppel korts kruus kruuse kukk kull kurg kuus kuusik kuusk kutt laanemets laas laur lepik lepp
lill lind loik luik luts maasikas maasing magi mandla margus mets mikk milder murumets must mottus muursepp mutt
nomm nurk nurm oja oks orav ots paas paju palm parts parn parnik pukk peterson pihlak piir pold poder pollu puusepp
raag rand raud raudsepp rebane reinsalu roos rosenberg russak saar saare saks salu sarapuu schmidt sepp sild
sillaots soosaar susi soot tali tamm tamme tammik teder tiik tomson toom toome toots treial unt uibo vaher vaht
vain vares veski viik vilt volmer ounapuu smith johnson williams brown jones garcia miller davis rodriguez martinez
hernandez lopez gonzalez gonzales wilson thomas moore jackson perez thompson white harris sanchez clark ramirez
robinson walker young allen wright torres nguyen hill flores adams nelson baker hall rivera campbell mitchell
carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy
cook rogers gutierrez ortiz cooper bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez wood
bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers ross foster jimenez powell jenkins
perry butler barnes fisher chen wong chan tran wang lin liu singh petraitis kazlauskas jankauskas stankevicius
zukauskas balciunas butkus paulauskas urbonas kavaliauskas ramanauskas
"""
_ROLES = """
juhataja juhi direktor juhatuse spetsialist noun pedagoog logopeed psuhholoog opetaja arst sotsiaaltoo lastekaitse
koordinaator kontaktisik sekretar vallavanem linnapea abivallavanem asejuhataja noustaja tookorraldaja hooldaja
direktori vedej vyr pavaduotoj logoped psicholog darbuotoj pedagog koordinator sekretor asmuo mokytoj gydytoj
slaugytoj seniunas seniune meras mere specialist patarej atstov vadov koordinuot administrator director manager
coordinator contact counsel officer head chief assistant supervisor president chair principal nurse teacher
therapist executive secretary lead liaison advisor adviser psycholog navigator zamestitel zaveduj direkt kontakt
ceo cfo isikuandmete karjaar tegevusjuht projektijuht haridusnoun buhalter finansinink raamatupidaja kasvataja
liige
"""
_TITLES = "mr mrs ms miss dr hr pr prof p ponia ponas gerb proua harra mx rev"
_SAINTS = "st saint san santa puha sv sventos svento sankt santo sao sir lady"
_OFFICES = """
kool gumnaasium gymnas lasteaed lastea lasteaia keskus keskuse haigla kliinik poliklii raamatukog selts uhing liit
fond sihtasutus sa mtu ou as uab vsi bi amet ameti osakond vald valla linn linna vallavalitsus linnavalitsus
valitsus maakond maakonna kodu kodud hooldekodu tugikeskus varjupaik turvakodu tanav tn pst puiestee maantee mnt
tee muuseum nimeline nim jaoskond politsei komisjon noukog noortekes paevakeskus pank apteek teenused teenus
konvent kirik kogudus mokykl gimnazij progimnazij centr namai namu tarnyb skyri ligonin klinik savivald darzel
lopsel bibliotek universitet ppt seniunija seniunijos bendruomen fondas asociacij draugij globos globa gatve g pr
prospekt al aikste muziejus vardo policij komisariat istaig ministerij departament sajung bendrov klub kolegij
akademij baznycia parapija spauda vaistin school college univers hospital clinic center centre centro church house
home homes foundation society institute library park street avenue road community service services program programs
council department office associat academy shelter building hall plaza memorial league project mission ministr inc
llc ltd county city district museum theat teater teatri station high elementary health care housing food bank
pantry network coalition group agency trust union alliance fund tower towers apartments residence manor village
garden gardens place square drive lane boulevard blvd ave rd court legal team desk line hotline help information
general main support unit family families youth senior seniors children kids mental counseling recovery treatment
intake education training employment job workforce resource resources area bay valley north south east west
northern southern region regional national american new casa clinica iglesia club temple synagogue mosque parish
cathedral chapel army salvation way habitat prison jail police fire reception registratuur vastuvott kantselei
registratura rastine priimamasis administracija sekretoriat registry commission committee bureau division section
authority administration board court's box branch islands island river lake beach bridge tunnel airport port
terrace heights view hills mall market store
"""
_RUSSIAN_ENDINGS = ("ov", "ova", "ev", "eva", "sky", "ski", "skaya", "skaja", "enko", "ovich", "owski", "owska", "ska")
_SURE_ENDINGS = (
    "aite", "unaite",  "iene", "auskas", "evicius", "avicius", "inskas", "inskaite", "aitis", "eckas", "ickas",
)  # fmt: skip
_LIKELY_ENDINGS = (
    "ute",
    "yte",
    "ytis",
    "onis",
    "enas",
    "unas",
    "skas",
    "escu",
    "shvili",
    "yan",
    "ian",
    "mae",
    "maa",
    "son",
)


def _words(*texts: str) -> frozenset[str]:
    return frozenset(" ".join(texts).split())


GIVEN: Final = _words(_ESTONIAN, _LITHUANIAN, _RUSSIAN, _LATVIAN, _ENGLISH, _AMBIGUOUS)
"""Given names."""
AMBIGUOUS: Final = _words(_AMBIGUOUS)
"""Given names that are also words, places, or parts of the names of institutions."""
SURNAMES: Final = _words(_SURNAMES)
"""Frequent surnames."""
ROLES: Final = tuple(sorted(_words(_ROLES)))
"""Beginnings of words for what a person does."""
TITLES: Final = _words(_TITLES)
"""What stands before a name of a person."""
SAINTS: Final = _words(_SAINTS)
"""What stands before a given name in the name of an institution or place."""
OFFICES: Final = _words(_OFFICES)
"""Words (of five letters and more: beginnings or endings of words) that name an organisation, a street or a place."""
SURE_ENDINGS: Final = _SURE_ENDINGS
"""Endings that only surnames have."""
LIKELY_ENDINGS: Final = _LIKELY_ENDINGS + _RUSSIAN_ENDINGS
"""Endings that surnames often have."""
NO_NAMES: Final = frozenset({"hygiene"})
"""Words that end like surnames and are none."""
